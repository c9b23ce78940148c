// The second subgraph: papers and model cards, which refer to models by their ids on the Hub.
import { readFileSync } from 'node:fs';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';

const SDL = readFileSync(new URL('papers.graphql', import.meta.url), 'utf8');
const { papers, cards } = JSON.parse(readFileSync(new URL('papers.json', import.meta.url), 'utf8'));

const resolvers = {
  Query: { papers: () => papers },
  // A reference to an entity of another subgraph is its type and its key.
  Paper: { models: (paper) => paper.models.map((modelId) => ({ __typename: 'Model', modelId })) },
  Model: {
    // Any id is a model: the ML.ENERGY graph has models without papers or cards.
    __resolveReference: ({ modelId }) => ({ modelId }),
    card: ({ modelId }) => cards[modelId] ?? null,
    papers: ({ modelId }) => papers.filter((paper) => paper.models.includes(modelId)),
  },
};

// Serves the subgraph; returns {url, close}.
export async function servePapers({ host, port }) {
  const server = new ApolloServer({
    schema: buildSubgraphSchema({ typeDefs: parse(SDL), resolvers }),
    introspection: true,
    stopOnTerminationSignals: false,
    plugins: [ApolloServerPluginInlineTraceDisabled()],
  });
  const { url } = await startStandaloneServer(server, { listen: { host, port } });
  return { url: new URL('graphql', url).href, close: () => server.stop() };
}
