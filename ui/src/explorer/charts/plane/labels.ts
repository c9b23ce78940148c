// Labels that do not overlap: pushed apart in a column, or dropped where they collide.

/**
 * Positions in a column at least `gap` apart and within the bounds, each as near to its target as the others allow
 * (least squares, by merging neighbours that are too close).
 * @param targets In ascending order; at most as many as fit.
 */
export function pushedApart(targets: readonly number[], gap: number, [top, bottom]: readonly [number, number]): readonly number[] {
  // With `gap` times its index subtracted, each position must be at least the one before.
  const groups: { sum: number; count: number }[] = [];
  for (const [index, target] of targets.entries()) {
    let group = { sum: target - gap * index, count: 1 };
    for (let last = groups.at(-1); last && last.sum / last.count >= group.sum / group.count; last = groups.at(-1)) {
      group = { sum: last.sum + group.sum, count: last.count + group.count };
      groups.pop();
    }
    groups.push(group);
  }
  const greatest = bottom - gap * (targets.length - 1);
  return groups
    .flatMap(({ sum, count }) => new Array<number>(count).fill(Math.min(greatest, Math.max(top, sum / count))))
    .map((position, index) => position + gap * index);
}

/** How many labels fit into a column. */
export function capacity(gap: number, [top, bottom]: readonly [number, number]): number {
  return Math.max(0, Math.floor((bottom - top) / gap) + 1);
}

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

export function overlap(one: Box, other: Box): boolean {
  return (
    one.left < other.left + other.width &&
    other.left < one.left + one.width &&
    one.top < other.top + other.height &&
    other.top < one.top + one.height
  );
}

/** The elements whose boxes clear those of all that were taken before, in order. */
export function withoutCollisions<Element>(elements: readonly Element[], boxOf: (element: Element) => Box, taken: readonly Box[] = []): readonly Element[] {
  const boxes = [...taken];
  return elements.filter((element) => {
    const box = boxOf(element);
    if (boxes.some((other) => overlap(box, other))) return false;
    boxes.push(box);
    return true;
  });
}

let context: CanvasRenderingContext2D | null = null;

/** Width of a text in CSS pixels. */
export function textWidth(text: string, font: string): number {
  context ??= document.createElement('canvas').getContext('2d');
  if (context === null) return text.length * 7;
  context.font = font;
  return context.measureText(text).width;
}
