// Starts a gateway over a supergraph: that of Hive or that of Apollo.
import { createServer } from 'node:http';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';

// Subgraphs with automatic persisted queries: they get the text of a document once, then its hash.
const PERSISTED = ['mlenergy'];

// Each takes {supergraph, host, port} and returns {url, close}.
export const gateways = { hive: serveHive, apollo: serveApollo };

async function serveHive({ supergraph, host, port }) {
  const runtime = createGatewayRuntime({
    supergraph,
    logging: 'error',
    landingPage: false,
    transportEntries: Object.fromEntries(PERSISTED.map((name) => [name, { options: { apq: true } }])),
  });
  const server = createServer(runtime);
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  return {
    url: `http://${host}:${server.address().port}/graphql`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await runtime[Symbol.asyncDispose]();
    },
  };
}

async function serveApollo({ supergraph, host, port }) {
  const gateway = new ApolloGateway({
    supergraphSdl: supergraph,
    buildService: ({ name, url }) => new RemoteGraphQLDataSource({ url, apq: PERSISTED.includes(name) }),
  });
  const server = new ApolloServer({ gateway, introspection: true, stopOnTerminationSignals: false });
  const { url } = await startStandaloneServer(server, { listen: { host, port } });
  return { url: new URL('graphql', url).href, close: () => server.stop() };
}
