// Composes subgraphs into a supergraph with the composers of Apollo and Hive, and prints where they disagree or refuse.
// node compose.js NAME=URL|FILE ...: a running subgraph, or a file with its SDL. Exits with 1 if they do not compose.
import { readFile } from 'node:fs/promises';
import { argv, exit, stderr, stdout } from 'node:process';
import { pathToFileURL } from 'node:url';
import { composeServices as composeApollo } from '@apollo/composition';
import { composeServices as composeHive } from '@theguild/federation-composition';
import { parse } from 'graphql';

const SECONDS = 30;
const ERRORS = 3; // printed of each composer: one collision makes hundreds of queries impossible
const COMPOSERS = { apollo: composeApollo, hive: composeHive };

// An error whose message is enough for the user.
export class SupergraphError extends Error {}

// Reads `NAME=URL` or `NAME=FILE`; returns {name, url}.
export function parseSubgraph(text) {
  const [, name, url] = /^([A-Za-z][\w-]*)=(.+)$/.exec(text) ?? [];
  if (!name) throw new SupergraphError(`subgraph is '${text}'; allowed: NAME=URL, such as reviews=http://localhost:5000/graphql`);
  return { name, url };
}

// Returns the SDL of a subgraph, from the running server or the file at its `url`.
export async function readSdl({ name, url }) {
  if (!/^https?:/.test(url)) {
    return readFile(url, 'utf8').catch((error) => {
      throw new SupergraphError(`subgraph ${name}: ${error.message}`);
    });
  }
  const failed = (reason) => new SupergraphError(`subgraph ${name}: ${url} returned no SDL (${reason}); a subgraph answers { _service { sdl } }`);
  let answer;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ _service { sdl } }' }),
      signal: AbortSignal.timeout(SECONDS * 1000),
    });
    answer = await response.json();
  } catch (error) {
    throw failed(error.cause?.code ?? error.message);
  }
  const sdl = answer?.data?._service?.sdl;
  if (typeof sdl !== 'string') throw failed(answer?.errors?.[0]?.message ?? 'no data');
  return sdl;
}

// Composes subgraphs [{name, url}]; returns the supergraph of each composer, and Apollo's warnings.
export async function compose(subgraphs) {
  const sdls = await Promise.all(subgraphs.map(readSdl));
  const supergraphs = {};
  let warnings = [];
  const problems = [];
  for (const [composer, composeServices] of Object.entries(COMPOSERS)) {
    const services = subgraphs.map(({ name, url }, index) => ({ name, url, typeDefs: parse(sdls[index]) }));
    const { errors, supergraphSdl, hints } = composeServices(services);
    for (const error of (errors ?? []).slice(0, ERRORS)) problems.push(`  ${composer}: ${error.message}`);
    if (errors?.length > ERRORS) problems.push(`  ${composer}: and ${errors.length - ERRORS} more errors`);
    supergraphs[composer] = supergraphSdl;
    if (composer === 'apollo') {
      warnings = (hints ?? []).filter((hint) => hint.definition.level.name === 'WARN').map((hint) => hint.message);
    }
  }
  if (problems.length) {
    throw new SupergraphError(`${subgraphs.map(({ name }) => name).join(' and ')} do not compose:\n${problems.join('\n')}`);
  }
  return { supergraphs, warnings };
}

if (argv[1] && import.meta.url === pathToFileURL(argv[1]).href) {
  try {
    const subgraphs = argv.slice(2).map(parseSubgraph);
    if (!subgraphs.length) throw new SupergraphError('no subgraphs; usage: node compose.js NAME=URL|FILE ...');
    const { warnings } = await compose(subgraphs);
    for (const warning of warnings) stdout.write(`warning: ${warning}\n`);
    stdout.write(`${subgraphs.map(({ name }) => name).join(' and ')} compose with ${Object.keys(COMPOSERS).join(' and ')}\n`);
  } catch (error) {
    if (!(error instanceof SupergraphError)) throw error;
    stderr.write(`error: ${error.message}\n`);
    exit(1);
  }
}
