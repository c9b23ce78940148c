// Colour and dashes of each of the models or runs that are compared.
export interface SeriesStyle {
  color: string;
  /** Lengths of dashes and gaps; undefined for a solid line. */
  dashes: string | undefined;
}

const DASHES = [undefined, '7 4', '2 4', '8 3 2 3'] as const;

export function seriesStyle(index: number): SeriesStyle {
  return { color: `var(--compared-${index + 1})`, dashes: DASHES[index] };
}
