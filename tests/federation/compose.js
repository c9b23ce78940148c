// Composes sets of subgraphs with several composers and prints the results.
// Standard input: {set: {composers: [composer], subgraphs: [{name, url, sdl}]}};
// standard output: {set: {composer: {errors, supergraph, costs}}}, with costs where the supergraph does not have them.
import { readFileSync } from 'node:fs';
import { composeServices } from '@apollo/composition';
import { composeServices as composeServices23 } from '@apollo/composition-2.3';
import { composeServices as composeHive } from '@theguild/federation-composition';
import { federateSubgraphs } from '@wundergraph/composition';
import { parse, print } from 'graphql';

function federateWunderGraph(subgraphs) {
  const result = federateSubgraphs({
    subgraphs: subgraphs.map(({ name, url, typeDefs }) => ({ name, url, definitions: typeDefs })),
  });
  if (!result.success) return { errors: result.errors };
  // WunderGraph's router reads costs from its configuration, by subgraph.
  const costs = {};
  for (const [name, { costs: found }] of result.subgraphConfigBySubgraphName) {
    costs[name] = { sizes: Object.fromEntries(found.listSizes), weights: Object.fromEntries(found.fieldWeights) };
  }
  return { supergraphSdl: print(result.federatedGraphAST), costs };
}

const composers = {
  apollo: composeServices,
  'apollo-2.3': composeServices23,
  hive: composeHive,
  wundergraph: federateWunderGraph,
};
const results = {};
for (const [set, { composers: names, subgraphs }] of Object.entries(JSON.parse(readFileSync(0, 'utf8')))) {
  results[set] = {};
  for (const name of names) {
    const parsed = subgraphs.map((subgraph) => ({ ...subgraph, typeDefs: parse(subgraph.sdl) }));
    const { errors, supergraphSdl, costs } = composers[name](parsed);
    results[set][name] = {
      errors: (errors ?? []).map((error) => error.message),
      supergraph: supergraphSdl ?? null,
      costs: costs ?? null,
    };
  }
}
process.stdout.write(JSON.stringify(results));
