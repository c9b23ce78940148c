// Lines of text in an exported chart, broken at a width.

interface TextStyle {
  x: number;
  y: number;
  width: number;
  size: number;
  weight: number;
  color: string;
  font: string;
}

const SVG = 'http://www.w3.org/2000/svg';
const LINE_HEIGHT = 1.4;

/** Return the elements and the height of the block. */
export function textBlock(paragraphs: readonly string[], { x, y, width, size, weight, color, font }: TextStyle): { lines: readonly SVGTextElement[]; height: number } {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) throw new Error('The browser cannot measure text.');
  context.font = `${weight} ${size}px ${font}`;
  const fits = (text: string) => context.measureText(text).width <= width;
  const texts = paragraphs.flatMap((paragraph) => brokenLines(paragraph, fits));
  const lines = texts.map((text, index) => {
    const line = document.createElementNS(SVG, 'text');
    const attributes = { x, y: y + (index + 0.8) * size * LINE_HEIGHT, 'font-size': size, 'font-weight': weight, fill: color };
    for (const [name, value] of Object.entries(attributes)) line.setAttribute(name, String(value));
    line.textContent = text;
    return line;
  });
  return { lines, height: texts.length * size * LINE_HEIGHT };
}

/** Break at spaces, and in addresses after separators or wherever the line is full. */
function brokenLines(text: string, fits: (text: string) => boolean): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of text.match(/\S+?(?:[&?/](?=\S)|$|(?=\s))|\s+/g) ?? []) {
    if (fits(line + piece.trimEnd())) {
      line += piece;
      continue;
    }
    if (line.trim() !== '') lines.push(line.trim());
    line = piece.trimStart();
    while (!fits(line)) {
      let length = line.length - 1;
      while (length > 1 && !fits(line.slice(0, length))) length -= 1;
      lines.push(line.slice(0, length));
      line = line.slice(length);
    }
  }
  if (line.trim() !== '') lines.push(line.trim());
  return lines;
}
