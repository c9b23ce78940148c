/** Requests to the graph. */

interface Answer<Data> {
  data?: Data | null;
  errors?: { message: string }[];
}

/** A page of rows. */
export interface Page<Row> {
  nodes: Row[];
  pageInfo: { hasNextPage: boolean };
}

/**
 * Run a query.
 *
 * A GET request without further headers is a simple request in the sense of CORS, and browsers and proxies cache it as
 * they cache a file: the server sends `ETag` and `Cache-Control`.
 *
 * @throws Error if the answer has errors or is not from the graph.
 */
export async function ask<Data>(endpoint: string, query: string, variables: object): Promise<Data> {
  const parameters = new URLSearchParams({ query: query.trim(), variables: JSON.stringify(variables) });
  const response = await fetch(`${endpoint}?${parameters}`, {
    headers: { Accept: "application/graphql-response+json" },
  });
  const body = await response.text();
  let answer: Answer<Data>;
  try {
    answer = JSON.parse(body) as Answer<Data>;
  } catch {
    throw new Error(`${endpoint} answered with status ${response.status} and no JSON: ${body.slice(0, 200)}`);
  }
  if (answer.errors?.length || !answer.data) {
    const messages = answer.errors?.map((error) => error.message).join("; ") ?? "no data";
    throw new Error(`${endpoint} answered with status ${response.status}: ${messages}`);
  }
  return answer.data;
}

/**
 * Return the rows of a page that must have all rows.
 *
 * @throws Error if there are more rows than the page has.
 */
export function allNodes<Row>(page: Page<Row>): Row[] {
  if (page.pageInfo.hasNextPage) {
    throw new Error(`The query selects more than the ${page.nodes.length} rows that it requests with \`first\``);
  }
  return page.nodes;
}
