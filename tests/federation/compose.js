// Composes sets of subgraphs with every composer and prints the results.
// Standard input: {set: [{name, url, sdl}]}; standard output: {set: {composer: {errors, supergraph}}}.
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
  return result.success ? { supergraphSdl: print(result.federatedGraphAST) } : { errors: result.errors };
}

const composers = {
  apollo: composeServices,
  'apollo-2.3': composeServices23,
  hive: composeHive,
  wundergraph: federateWunderGraph,
};
const results = {};
for (const [set, subgraphs] of Object.entries(JSON.parse(readFileSync(0, 'utf8')))) {
  results[set] = {};
  for (const [name, compose] of Object.entries(composers)) {
    const parsed = subgraphs.map((subgraph) => ({ ...subgraph, typeDefs: parse(subgraph.sdl) }));
    const { errors, supergraphSdl } = compose(parsed);
    results[set][name] = {
      errors: (errors ?? []).map((error) => error.message),
      supergraph: supergraphSdl ?? null,
    };
  }
}
process.stdout.write(JSON.stringify(results));
