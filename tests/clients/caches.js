// Runs queries through a client with its default cache, and reads queries from the cache alone, in order.
// Standard input: {url, client, typePolicies, steps: [{ask: text} or {read: text}]}, where the client is "apollo" or
// "urql", and the policies are Apollo's; standard output: the data of each step, null where a read misses a field.
import { readFileSync } from 'node:fs';
import { ApolloClient, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { Client, fetchExchange, gql as urqlGql } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';

const clients = {
  apollo(uri, typePolicies) {
    const client = new ApolloClient({ link: new HttpLink({ uri }), cache: new InMemoryCache({ typePolicies }) });
    return {
      ask: async (text) => (await client.query({ query: gql(text) })).data,
      read: async (text) => client.readQuery({ query: gql(text) }),
    };
  },
  urql(url) {
    const client = new Client({ url, preferGetMethod: false, exchanges: [cacheExchange(), fetchExchange] });
    const answer = async (text, requestPolicy) => {
      const { data, error } = await client.query(urqlGql(text), {}, { requestPolicy }).toPromise();
      if (error) throw error;
      return data ?? null;
    };
    return { ask: (text) => answer(text, 'network-only'), read: (text) => answer(text, 'cache-only') };
  },
};

console.warn = () => {}; // urql warns of objects without an id, which it stores with their parent
console.error = () => {}; // Apollo reports fields that a cached query misses
const { url, client: name, typePolicies, steps } = JSON.parse(readFileSync(0, 'utf8'));
const client = clients[name](url, typePolicies);
const found = [];
for (const { ask, read } of steps) found.push(await (ask ? client.ask(ask) : client.read(read)));
process.stdout.write(JSON.stringify(found));
