// Typed requests of the Explorer to the graph, by GET, so that the browser's cache answers repeated ones.
import { graphAddress, rootField } from './address';
import type { TypedDocumentString } from './generated';

/** The server answered with an error: its message, code and request id. */
export class GraphError extends Error {
  constructor(
    message: string,
    readonly code: string | null,
    readonly requestId: string | null,
    /** Values that the message suggests in place of a wrong one. */
    readonly suggestions: readonly string[] = [],
  ) {
    super(message);
  }
}

/** The server did not answer, or not with GraphQL. */
export class ServerAway extends Error {}

interface GraphAnswer {
  data?: Record<string, unknown> | null;
  errors?: readonly { message: string; path?: readonly (string | number)[]; extensions?: Record<string, unknown> }[];
  extensions?: { warnings?: readonly Warning[] };
}

/** What the server remarks on arguments that it did not refuse, such as a value that the dataset does not have. */
export interface Warning {
  message: string;
  code: string;
  /** Path of the argument, such as `gpuModel.in`. */
  argument?: string;
  value?: string;
  suggestions: readonly string[];
}

export interface Answer<Data> {
  data: Data;
  /** Errors of single fields, which are null in the data. */
  errors: NonNullable<GraphAnswer['errors']>;
  warnings: readonly Warning[];
  requestId: string | null;
}

/**
 * Execute a query. Throws GraphError if the answer has no data, ServerAway if there is no answer, and the signal's
 * AbortError.
 */
export async function request<Data, Variables>(
  document: TypedDocumentString<Data, Variables> | string,
  variables: Variables,
  options: { signal?: AbortSignal; refresh?: boolean } = {},
): Promise<Answer<Data>> {
  const address = new URL(graphAddress(), location.href);
  address.searchParams.set('query', underRootField(compact(document.toString()), rootField()));
  if (Object.keys(variables as object).length > 0) address.searchParams.set('variables', JSON.stringify(variables));
  const response = await answerOf(address, options);
  const requestId = response.headers.get('X-Request-ID');
  let answer: GraphAnswer;
  try {
    answer = (await response.json()) as GraphAnswer;
  } catch {
    throw new ServerAway(`HTTP ${response.status} without a GraphQL response`);
  }
  const root = rootField();
  const data = root === null ? answer.data : (answer.data?.[root] as Record<string, unknown> | null | undefined);
  const errors = answer.errors ?? [];
  if (data) return { data: data as Data, errors, warnings: answer.extensions?.warnings ?? [], requestId };
  const [first] = errors;
  throw new GraphError(first?.message ?? 'The response has no data.', text(first?.extensions?.['code']), requestId);
}

async function answerOf(address: URL, { signal, refresh }: { signal?: AbortSignal; refresh?: boolean }): Promise<Response> {
  try {
    return await fetch(address, {
      headers: { Accept: 'application/graphql-response+json' },
      cache: refresh ? 'reload' : 'default',
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ServerAway('The server did not answer.');
  }
}

/** Nest the selection of an operation under a field, for servers that have all root fields under one. */
export function underRootField(operation: string, field: string | null): string {
  if (field === null) return operation;
  const start = selectionStart(operation);
  return `${operation.slice(0, start)}{ ${field} ${operation.slice(start)} }`;
}

/** Position of the brace that opens the operation's selection; variables may have defaults with braces. */
function selectionStart(operation: string): number {
  let depth = 0;
  for (let position = 0; position < operation.length; position += 1) {
    const character = operation[position];
    if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    else if (character === '{' && depth === 0) return position;
  }
  throw new Error('the operation has no selection');
}

/** Without indentation, a query is half as long in the address; our queries have no strings with spaces. */
function compact(document: string): string {
  return document.replace(/\s+/g, ' ').trim();
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
