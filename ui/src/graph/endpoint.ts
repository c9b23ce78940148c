// Requests of the page to the graph.
import type { Fetcher, FetcherOpts, FetcherParams } from '@graphiql/toolkit';
import { type ExecutionResult, GraphQLError, Kind, parse } from 'graphql';

import { graphAddress } from './address';

/**
 * Execute an operation over HTTP. No response, or one that is not JSON, becomes an error of the result: GraphiQL shows
 * an exception with its stack.
 */
export async function fetchGraphQL(params: FetcherParams, options?: FetcherOpts): Promise<ExecutionResult> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(graphAddress(), {
      method: 'POST',
      headers: {
        ...options?.headers,
        'Content-Type': 'application/json',
        Accept: 'application/graphql-response+json, application/json',
      },
      body: JSON.stringify({ ...params, operationName: operationToRun(params) }),
    });
    text = await response.text();
  } catch (error) {
    return failed(`The server did not answer: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    return JSON.parse(text) as ExecutionResult;
  } catch {
    return failed(`HTTP ${response.status} ${response.statusText}: ${text.slice(0, 500) || 'an empty response'}`);
  }
}

function failed(message: string): ExecutionResult {
  return { errors: [new GraphQLError(message)] };
}

fetchGraphQL satisfies Fetcher;

/**
 * Name of the operation. Shortly after a change of tabs, GraphiQL still sends the operation name of the previous tab;
 * for a document with a single operation, its own name is used instead.
 */
export function operationToRun({ query, operationName }: FetcherParams): string | null | undefined {
  try {
    const operations = parse(query).definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
    const [only, another] = operations;
    return only !== undefined && another === undefined ? only.name?.value : operationName;
  } catch {
    return operationName; // the server reports the syntax error
  }
}
