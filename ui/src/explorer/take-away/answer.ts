// The answer to the query of a result: its data, size, digest and revision.
import { graphAddress, rootField } from '../../graph/address';
import { GraphError, ServerAway } from '../../graph/client';
import { digestIn } from './agreement';
import type { GraphQuery } from './contract';

export interface MeasuredAnswer {
  data: unknown;
  /** Length of the answer in bytes, uncompressed. */
  bytes: number;
  digest: string | null;
  revision: string | null;
}

/** Address of a query, absolute; with a format for its rows as a table. */
export function queryAddress({ document, variables }: GraphQuery, format?: 'csv' | 'parquet' | 'arrow'): string {
  const address = new URL(graphAddress(), location.href);
  if (format) address.searchParams.set('format', format);
  address.searchParams.set('query', document);
  if (Object.keys(variables).length > 0) address.searchParams.set('variables', JSON.stringify(variables));
  return address.href;
}

/** Execute a query as it is shown, with the root field in it. */
export async function measuredAnswer(query: GraphQuery, signal: AbortSignal): Promise<MeasuredAnswer> {
  let response: Response;
  let body: string;
  try {
    response = await fetch(queryAddress(query), { headers: { Accept: 'application/graphql-response+json' }, signal });
    body = await response.text();
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ServerAway('The server did not answer.');
  }
  const { data, errors } = parsed(body, response.status);
  const root = rootField();
  const below = root === null ? data : data?.[root];
  if (!below || errors?.[0]) {
    throw new GraphError(errors?.[0]?.message ?? 'The response has no data.', null, response.headers.get('X-Request-ID'));
  }
  return { data: below, bytes: byteLength(body), digest: digestIn(below), revision: response.headers.get('X-Dataset-Revision') };
}

export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

function parsed(body: string, status: number): { data?: Record<string, unknown> | null; errors?: readonly { message: string }[] } {
  try {
    return JSON.parse(body) as ReturnType<typeof parsed>;
  } catch {
    throw new ServerAway(`HTTP ${status} without a GraphQL response`);
  }
}
