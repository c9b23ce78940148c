// Lists in URL parameters: elements separated by commas.

/** Elements of a list; a comma or backslash within one has a backslash in front. */
export function list(text: string): readonly string[] | undefined {
  const elements = (text.match(/(?:\\.|[^,\\])+/g) ?? []).map((each) => each.replace(/\\(.)/g, '$1'));
  return elements.length === 0 ? undefined : elements;
}

/** Write an element of a list. */
export function escaped(element: string): string {
  return element.replace(/[\\,]/g, '\\$&');
}
