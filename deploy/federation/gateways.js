// Starts a gateway over a supergraph: that of Hive or that of Apollo.
import { createServer } from 'node:http';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';

// Each returns {url, close}. Persisted queries: a subgraph gets the text of a document once, then its hash.
export const gateways = { hive: serveHive, apollo: serveApollo };

async function serveHive({ supergraph, host, port }) {
  const runtime = createGatewayRuntime({
    supergraph,
    logging: 'error',
    landingPage: false,
    transportEntries: { '*.http': { options: { apq: true } } },
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
    buildService: ({ url }) => new RemoteGraphQLDataSource({ url, apq: true }),
  });
  const server = new ApolloServer({ gateway, introspection: true, stopOnTerminationSignals: false });
  const { url } = await startStandaloneServer(server, { listen: { host, port } });
  return { url: new URL('graphql', url).href, close: () => server.stop() };
}
