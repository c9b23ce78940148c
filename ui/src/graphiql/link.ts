// Links to a query: `/graphql?query=&variables=&operationName=` opens the editor filled, and gives programs the answer.
import { graphAddress } from '../graph/address';

export interface LinkedQuery {
  query: string;
  /** Text of the variables, as the editor shows them; they need not be valid. */
  variables: string;
  operationName: string | null;
  /** Revision of the dataset for which the link was made; null if it does not state one. */
  revision: string | null;
}

/** Many proxies, chat programs and mail programs reject or cut longer addresses; nginx's default is 8 kB. */
export const LONG_LINK = 8_000;
/** Longest path and query string that uvicorn's parser reads: it counts in 16 bits. */
export const MAX_TARGET = 65_535;

/** Return the query of the page's own address; null without one. */
export function linkedQuery(search: string = location.search): LinkedQuery | null {
  const parameters = new URLSearchParams(search);
  const query = parameters.get('query');
  if (!query) return null;
  return {
    query,
    variables: indented(parameters.get('variables') ?? ''),
    operationName: parameters.get('operationName') || null,
    revision: parameters.get('revision') || null,
  };
}

/** Return the absolute address that opens the editor with a query. Throws an error if it is too long for the server. */
export function linkTo({ query, variables, operationName }: Omit<LinkedQuery, 'revision'>): string {
  const address = new URL(graphAddress(), location.href);
  address.searchParams.set('query', query);
  const compact = compacted(variables);
  if (compact !== '' && compact !== '{}') address.searchParams.set('variables', compact);
  if (operationName) address.searchParams.set('operationName', operationName);
  const length = address.pathname.length + address.search.length;
  if (length > MAX_TARGET) {
    const [characters, limit] = [length, MAX_TARGET].map((number) => number.toLocaleString('en'));
    throw new Error(`the link would have ${characters} characters; the server reads at most ${limit}. Use "Copy as a program"`);
  }
  return address.href;
}

function indented(variables: string): string {
  try {
    return variables.trim() === '' ? '' : JSON.stringify(JSON.parse(variables), null, 2);
  } catch {
    return variables;
  }
}

function compacted(variables: string): string {
  try {
    return variables.trim() === '' ? '' : JSON.stringify(JSON.parse(variables));
  } catch {
    return variables;
  }
}
