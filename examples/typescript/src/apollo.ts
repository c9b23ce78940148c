// The query with Apollo Client and its default cache.
import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';

import { efficientRuns } from './documents.js';
import type { Run } from './pages.js';
import { hashOf } from './persisted.js';

export function apolloRun(uri: string, isPersisted: boolean): Run {
  const http = new HttpLink({ uri });
  const byHash = new PersistedQueryLink({ generateHash: hashOf, useGETForHashedQueries: true });
  const client = new ApolloClient({ link: isPersisted ? byHash.concat(http) : http, cache: new InMemoryCache() });
  return async (variables) => {
    const { data } = await client.query({ query: efficientRuns, variables });
    if (!data) throw new Error('the answer has no data');
    return data;
  };
}
