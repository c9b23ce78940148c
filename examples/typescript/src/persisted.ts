// Hashes of persisted documents.

/** Return the hash under which the code generator wrote a document to the manifest. */
export function hashOf(document: object): string {
  const { __meta__: meta } = document as { __meta__?: { hash?: string } };
  if (!meta?.hash) throw new Error('the document has no hash; run `npm run generate`');
  return meta.hash;
}
