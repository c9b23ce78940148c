// The query with urql and its default cache.
import { cacheExchange, Client, fetchExchange } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';

import { efficientRuns } from './documents.js';
import type { Run } from './pages.js';
import { hashOf } from './persisted.js';

export function urqlRun(url: string, isPersisted: boolean): Run {
  const byHash = persistedExchange({
    generateHash: async (_text, document) => hashOf(document),
    preferGetForPersistedQueries: true,
  });
  const client = new Client({
    url,
    exchanges: [cacheExchange, ...(isPersisted ? [byHash] : []), fetchExchange],
  });
  return async (variables) => {
    const { data, error } = await client.query(efficientRuns, variables);
    if (error) throw error;
    if (!data) throw new Error('the answer has no data');
    return data;
  };
}
