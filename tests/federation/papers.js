// The subgraph of a partner: papers, each of which refers to a model by its id on the Hub, and to a GPU by its name.
import { createServer } from 'node:http';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';

// `modelType` is `Model` or `Model!`. With `Model!`, a model that does not resolve makes its paper null too.
export function papersSdl(modelType) {
  return `
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key"])
    type Query { papers: [Paper!]! }
    type Paper { title: String! model: ${modelType} gpu: GPU }
    type GPU @key(fields: "model", resolvable: false) { model: ID! }
    type Model @key(fields: "modelId", resolvable: false) { modelId: ID! }
  `;
}

const GPUS = ['B200', 'unknown GPU'];

// Serves one paper per model id on a free local port.
export async function servePapers(modelIds, modelType) {
  const papers = modelIds.map((modelId, index) => ({
    title: `Paper ${index}`,
    model: { __typename: 'Model', modelId },
    gpu: { __typename: 'GPU', model: GPUS[index % GPUS.length] },
  }));
  const schema = buildSubgraphSchema({ typeDefs: parse(papersSdl(modelType)) });
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { query, variables, operationName } = JSON.parse(Buffer.concat(chunks));
    const answer = await graphql({
      schema,
      source: query,
      variableValues: variables,
      operationName,
      rootValue: { papers },
    });
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}/graphql`, close };
}
