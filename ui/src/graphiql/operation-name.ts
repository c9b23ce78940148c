// Names of operations, from titles in words.

const MAX_LENGTH = 32; // a tab shows about so many characters
const SMALL = new Set(['a', 'an', 'and', 'at', 'by', 'compared', 'each', 'for', 'from', 'in', 'of', 'on', 'over', 'per', 'than', 'the', 'to', 'with', 'within']);

/** Return the first words of a title in Pascal case, without small words at the end. */
export function operationName(title: string): string {
  const words = title.match(/[A-Za-z0-9]+/g) ?? [];
  const length = () => words.join('').length;
  while (words.length > 1 && (length() > MAX_LENGTH || SMALL.has(words.at(-1)?.toLowerCase() ?? ''))) words.pop();
  return words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('');
}
