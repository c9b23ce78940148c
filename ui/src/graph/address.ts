// Where the graph is, as seen from a page.

/** Path of the graph, which is in the same directory as the page: `/graphql`, or `/prefix/graphql` behind a proxy. */
export function graphAddress(page: Location = location): string {
  return new URL('graphql', page.href).pathname;
}

/** Field that all root fields of the graph are nested under (`--root-field`), which the server states in the page. */
export function rootField(): string | null {
  return document.querySelector<HTMLMetaElement>('meta[name="mlenergy-root-field"]')?.content ?? null;
}
