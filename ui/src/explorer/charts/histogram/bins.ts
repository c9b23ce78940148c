// Bins of a histogram on a logarithmic axis, merged from bins of equal width.

export interface Bin {
  from: number;
  to: number;
  count: number;
}

export function binsOf({ edges, counts }: { edges: readonly number[]; counts: readonly number[] }, factor = 1): readonly Bin[] {
  return counts.map((count, position) => ({ from: (edges[position] ?? NaN) * factor, to: (edges[position + 1] ?? NaN) * factor, count }));
}

/**
 * Merge neighbouring bins until each spans at least a ratio, so that they look equally wide on a logarithmic axis. The
 * counts stay exact, since no bin is divided.
 */
export function mergedByRatio(bins: readonly Bin[], count: number): readonly Bin[] {
  const [first, last] = [bins[0], bins.at(-1)];
  if (!first || !last || first.from <= 0) return bins;
  const ratio = (last.to / first.from) ** (1 / count);
  const merged: Bin[] = [];
  let open: Bin | null = null;
  for (const bin of bins) {
    open = open === null ? { ...bin } : { from: open.from, to: bin.to, count: open.count + bin.count };
    if (open.to / open.from >= ratio) {
      merged.push(open);
      open = null;
    }
  }
  if (open) merged.push(open);
  return merged;
}
