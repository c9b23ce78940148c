// Runs a query over our server and the papers of a partner through each gateway, and prints the responses.
// Standard input: {url, query, jobs: {job: {modelIds, modelType}}}; output: {job: {gateway: {data, errors}}}.
import { readFileSync } from 'node:fs';
import { composeServices } from '@apollo/composition';
import { ApolloGateway } from '@apollo/gateway';
import { getStitchedSchemaFromSupergraphSdl } from '@graphql-tools/federation';
import { graphql, parse } from 'graphql';
import { papersSdl, servePapers } from './papers.js';

const { url, query, jobs } = JSON.parse(readFileSync(0, 'utf8'));

async function ourSdl() {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ _service { sdl } }' }),
  });
  return (await response.json()).data._service.sdl;
}

async function throughApollo(supergraphSdl) {
  const gateway = new ApolloGateway({ supergraphSdl });
  const { executor, schema } = await gateway.load();
  try {
    return await executor({
      document: parse(query),
      request: { query, variables: {} },
      queryHash: 'only-query',
      context: {},
      cache: new Map(),
      schema,
      metrics: {},
      logger: console,
      overallCachePolicy: { restrict() {} },
    });
  } finally {
    await gateway.stop();
  }
}

function throughGraphQLTools(supergraphSdl) {
  return graphql({ schema: getStitchedSchemaFromSupergraphSdl({ supergraphSdl, batch: true }), source: query });
}

const gateways = { apollo: throughApollo, 'graphql-tools': throughGraphQLTools };
const sdl = await ourSdl();
const answers = {};
for (const [job, { modelIds, modelType }] of Object.entries(jobs)) {
  const papers = await servePapers(modelIds, modelType);
  try {
    const { errors, supergraphSdl } = composeServices([
      { name: 'mlenergy', url, typeDefs: parse(sdl) },
      { name: 'papers', url: papers.url, typeDefs: parse(papersSdl(modelType)) },
    ]);
    if (errors?.length) throw new Error(errors.map((error) => error.message).join('\n'));
    // Neither gateway limits costs; both must ignore the directives.
    if (!supergraphSdl.includes(' @listSize(')) throw new Error('the supergraph has no list sizes');
    answers[job] = {};
    for (const [name, run] of Object.entries(gateways)) {
      const { data, errors: failed } = await run(supergraphSdl);
      answers[job][name] = { data, errors: (failed ?? []).map((error) => error.message) };
    }
  } finally {
    papers.close();
  }
}
process.stdout.write(JSON.stringify(answers));
