// How the page talks to the graph: the address, and one POST.
import type { Fetcher, FetcherOpts, FetcherParams } from '@graphiql/toolkit';
import { type ExecutionResult, Kind, parse } from 'graphql';

/**
 * The graph's address, which is the page's own: `/graphql`, or `/prefix/graphql` behind a proxy.
 * A page served as a folder's index (`npm run dev`) has the graph beside it.
 */
export function graphAddress(page: Location = location): string {
  return page.pathname.endsWith('/') ? `${page.pathname}graphql` : page.pathname;
}

/** One operation over HTTP; an answer that is no GraphQL answer is an error that shows what came instead. */
export async function fetchGraphQL(params: FetcherParams, options?: FetcherOpts): Promise<ExecutionResult> {
  const response = await fetch(graphAddress(), {
    method: 'POST',
    headers: {
      ...options?.headers,
      'Content-Type': 'application/json',
      Accept: 'application/graphql-response+json, application/json',
    },
    body: JSON.stringify({ ...params, operationName: operationToRun(params) }),
  });
  const text = await response.text();
  try {
    return JSON.parse(text) as ExecutionResult;
  } catch {
    throw new Error(`HTTP ${response.status} ${response.statusText}: ${text.slice(0, 500) || 'an empty answer'}`);
  }
}

fetchGraphQL satisfies Fetcher;

/**
 * The operation's name. GraphiQL notices only after a moment that another tab was chosen, and until then asks for the
 * operation of the tab before: a document with a single operation leaves nothing to choose.
 */
function operationToRun({ query, operationName }: FetcherParams): string | null | undefined {
  try {
    const operations = parse(query).definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
    const [only, another] = operations;
    return only !== undefined && another === undefined ? only.name?.value : operationName;
  } catch {
    return operationName; // the server says best what is wrong with the document
  }
}
