// Composes subgraphs with Hive's composer, whole and as a contract variant without the fields of some tags.
// Standard input: {subgraphs: [{name, url, sdl}], exclude: [tag]};
// standard output: {errors, whole, variant}, two schemas as clients of a gateway see them.
// WunderGraph's contracts require Node 22, and Apollo's are a service that reads the tags of the supergraph.
import { json } from 'node:stream/consumers';
import {
  composeSchemaContract,
  composeServices,
  transformSupergraphToPublicSchema,
} from '@theguild/federation-composition';
import { parse, print } from 'graphql';

const { subgraphs, exclude } = await json(process.stdin);
const services = () => subgraphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) }));
const results = {
  whole: composeServices(services()),
  variant: composeSchemaContract(services(), { include: new Set(), exclude: new Set(exclude) }, true),
};
const output = { errors: Object.values(results).flatMap(({ errors }) => (errors ?? []).map((error) => error.message)) };
for (const [name, { supergraphSdl }] of Object.entries(results)) {
  output[name] = supergraphSdl ? print(transformSupergraphToPublicSchema(parse(supergraphSdl))) : null;
}
process.stdout.write(JSON.stringify(output));
