// Starts a supergraph: the ML.ENERGY graph, a subgraph of papers, and a gateway over both. Ctrl-C ends all.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { compose, parseSubgraph, SupergraphError } from './compose.js';
import { gateways } from './gateways.js';
import { servePapers } from './papers.js';
import { freePort, startServer } from './server.js';

const HOST = '127.0.0.1';
const EXAMPLE = readFileSync(new URL('example.graphql', import.meta.url), 'utf8').replace(/\s+/g, ' ').trim();
const PORTS = { port: 4000, 'papers-port': 4001, 'server-port': 4002 };
const OPTIONS = {
  server: { type: 'string' },
  subgraph: { type: 'string', multiple: true, default: [] },
  gateway: { type: 'string', default: 'hive' },
  ...Object.fromEntries(Object.entries(PORTS).map(([name, port]) => [name, { type: 'string', default: String(port) }])),
  python: { type: 'string', default: '.venv/bin/python' },
  help: { type: 'boolean', default: false },
};
const HELP = `make supergraph ARGS="..." with these flags:
  --server URL         a running ML.ENERGY graph, such as http://localhost:8000/graphql; default: one on the sample
  --subgraph NAME=URL  another running subgraph, such as yours; repeatable
  --gateway NAME       ${Object.keys(gateways).join(' or ')}; default: ${OPTIONS.gateway.default}
  --port N             port of the gateway; default: ${PORTS.port}
  --papers-port N      port of the subgraph of papers; default: ${PORTS['papers-port']}
  --server-port N      port of the server on the sample; default: ${PORTS['server-port']}
`;

function readOptions() {
  let values;
  try {
    ({ values } = parseArgs({ options: OPTIONS }));
  } catch (error) {
    throw new SupergraphError(`${error.message}\n${HELP}`);
  }
  if (!Object.hasOwn(gateways, values.gateway)) {
    throw new SupergraphError(`--gateway is '${values.gateway}'; allowed: ${Object.keys(gateways).join(', ')}`);
  }
  for (const name of Object.keys(PORTS)) {
    if (!/^\d{1,5}$/.test(values[name]) || Number(values[name]) > 65_535) {
      throw new SupergraphError(`--${name} is '${values[name]}'; allowed: an integer from 0 to 65535`);
    }
    values[name] = Number(values[name]);
  }
  return { ...values, subgraphs: values.subgraph.map(parseSubgraph) };
}

// Starts all parts, and adds a function that ends each of them to `ends`. Returns the URL of the gateway and the subgraphs.
async function start(options, ends, onExit) {
  const names = Object.keys(PORTS).filter((name) => !(options.server && name === 'server-port'));
  const ports = {};
  for (const name of names) ports[name] = await freePort(HOST, options[name], name);

  let ours = options.server;
  if (!ours) {
    const server = startServer({ python: options.python, host: HOST, port: ports['server-port'], onExit });
    ends.push(server.close);
    await server.ready;
    ours = server.url;
  }
  const papers = await servePapers({ host: HOST, port: ports['papers-port'] });
  ends.push(papers.close);
  const subgraphs = [{ name: 'mlenergy', url: ours }, { name: 'papers', url: papers.url }, ...options.subgraphs];
  const { supergraphs, warnings } = await compose(subgraphs);
  for (const warning of warnings) process.stdout.write(`warning: ${warning}\n`);
  // Each gateway reads the supergraph of its own vendor's composer, which has the same name.
  const supergraph = supergraphs[options.gateway];
  const gateway = await gateways[options.gateway]({ supergraph, host: HOST, port: ports.port });
  ends.push(gateway.close);
  return { url: gateway.url, subgraphs };
}

function report({ url, subgraphs }, { gateway, server }) {
  const sample = server ? '' : 'The server has its synthetic sample: its numbers are not measurements.\n';
  const rows = subgraphs.map((subgraph) => `  ${subgraph.name.padEnd(9)} ${subgraph.url}\n`).join('');
  process.stdout.write(`Subgraphs, composed with Apollo and Hive:
${rows}${sample}Supergraph, served by ${gateway}: ${url}
Example:
  curl -s ${url} -H 'Content-Type: application/json' -d '${JSON.stringify({ query: EXAMPLE })}'
Ctrl-C ends all.
`);
}

async function main() {
  const options = readOptions();
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const ends = [];
  let onExit;
  const stopped = new Promise((resolve, reject) => {
    onExit = reject;
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, resolve);
  });
  try {
    const started = start(options, ends, onExit).then((supergraph) => report(supergraph, options));
    await Promise.race([started, stopped]);
    await stopped;
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

try {
  await main();
  process.exit(0); // a part that was still starting may hold the process
} catch (error) {
  process.stderr.write(`error: ${error instanceof SupergraphError ? error.message : error.stack}\n`);
  process.exit(1);
}
