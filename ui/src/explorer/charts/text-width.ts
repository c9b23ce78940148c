// Widths of texts in charts, in the font of the page.

let context: CanvasRenderingContext2D | null | undefined;

/** Width of a text in CSS pixels. */
export function textWidth(text: string, size: number, weight = 400): number {
  context ??= document.createElement('canvas').getContext('2d');
  if (!context) return text.length * size * 0.6;
  context.font = `${weight} ${size}px ${getComputedStyle(document.body).fontFamily}`;
  return context.measureText(text).width;
}

/** The text, shortened in the middle until it fits. */
export function fitted(text: string, width: number, size: number, weight = 400): string {
  if (textWidth(text, size, weight) <= width) return text;
  for (let length = text.length - 1; length > 3; length -= 1) {
    const start = Math.ceil((length - 1) / 2);
    const short = `${text.slice(0, start).trimEnd()}…${text.slice(text.length - (length - 1 - start)).trimStart()}`;
    if (textWidth(short, size, weight) <= width) return short;
  }
  return '…';
}
