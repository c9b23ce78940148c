// A drawn chart as a file of its own: styles resolved for the light theme, with title, source and notices.
import type { DrawnChart } from './contract';
import { textBlock } from './text-block';

export interface ExportedChart {
  /** An SVG document. */
  text: string;
  width: number;
  height: number;
}

interface Surroundings {
  title: string;
  /** Of each chart; charts with titles stand one below the other, others as they lie on the page. */
  chartTitles?: readonly string[] | undefined;
  /** Lines under the chart; long ones are broken. */
  notes: readonly string[];
}

const SVG = 'http://www.w3.org/2000/svg';
const PADDING = 16;
/** Height of a chart's title with the space above it. */
const TITLE_HEIGHT = 30;
const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";
/** Properties that style sheets and custom properties may set, as attributes of SVG. */
const PROPERTIES = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-opacity',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'font-style',
  'font-variant',
  'text-anchor',
  'dominant-baseline',
  'paint-order',
  'visibility',
] as const;
/** What an outermost element has without the attribute. */
const INITIAL: Readonly<Record<string, string>> = {
  fill: 'rgb(0, 0, 0)',
  'fill-opacity': '1',
  stroke: 'none',
  'stroke-width': '1px',
  'stroke-opacity': '1',
  'stroke-dasharray': 'none',
  'stroke-linecap': 'butt',
  'stroke-linejoin': 'miter',
  opacity: '1',
  'font-style': 'normal',
  'font-variant': 'normal',
  'text-anchor': 'start',
  'dominant-baseline': 'auto',
  'paint-order': 'normal',
  visibility: 'visible',
};
/** Attributes of the page only. */
const DROPPED = /^(class|style|tabindex|role|href|xlink:href|aria-.*|data-.*|on.*)$/;

/** Compose the charts as they lie on the page. */
export function exportedChart(charts: readonly DrawnChart[], surroundings: Surroundings): ExportedChart {
  // Pixels have the colours of the theme on screen already.
  const areOnlyVectors = charts.every((chart) => chart instanceof SVGSVGElement);
  return areOnlyVectors ? inLightTheme(() => composed(charts, surroundings)) : composed(charts, surroundings);
}

/** Draw an SVG at twice its size, through a `data:` address, which the policy of the page admits. */
export async function pngOf({ text, width, height }: ExportedChart): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = width * 2;
  canvas.height = height * 2;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The browser did not draw the chart.'))), 'image/png'),
  );
}

function composed(charts: readonly DrawnChart[], { title, chartTitles, notes }: Surroundings): ExportedChart {
  const boxes = placesOf(charts, chartTitles !== undefined);
  const inner = Math.max(320, ...boxes.map(({ x, width }) => x + width));
  const chartHeight = Math.max(...boxes.map(({ y, height }) => y + height));
  const page = getComputedStyle(document.documentElement);
  const color = (name: string) => resolved(page, name);
  const heading = textBlock([title], { x: PADDING, y: PADDING, width: inner, size: 16, weight: 700, color: color('--text'), font: FONT });
  const chartTop = PADDING + heading.height + 10;
  const footing = textBlock(notes, { x: PADDING, y: chartTop + chartHeight + 12, width: inner, size: 11, weight: 400, color: color('--muted'), font: FONT });
  const width = Math.ceil(inner + 2 * PADDING);
  const height = Math.ceil(chartTop + chartHeight + 12 + footing.height + PADDING);

  const root = document.createElementNS(SVG, 'svg');
  set(root, { xmlns: SVG, width, height, viewBox: `0 0 ${width} ${height}`, 'font-family': FONT });
  const description = document.createElementNS(SVG, 'title');
  description.textContent = title;
  const ground = document.createElementNS(SVG, 'rect');
  set(ground, { width, height, fill: color('--ground') });
  root.append(description, ground, ...heading.lines);
  for (const [index, chart] of charts.entries()) {
    const box = boxes[index] as Place;
    const chartTitle = chartTitles?.[index];
    if (chartTitle) root.append(...textBlock([chartTitle], { x: PADDING + box.x, y: chartTop + box.y - TITLE_HEIGHT, width: box.width, size: 13, weight: 700, color: color('--text'), font: FONT }).lines);
    const copy = chart instanceof SVGSVGElement ? copied(chart, null) : pixels(chart);
    if (copy === null) continue;
    set(copy, { x: PADDING + box.x, y: chartTop + box.y, width: box.width, height: box.height });
    if (chart instanceof SVGSVGElement) set(copy, { overflow: 'visible', viewBox: chart.getAttribute('viewBox') ?? `0 0 ${box.width} ${box.height}` });
    root.append(copy);
  }
  root.append(...footing.lines);
  return { text: `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(root)}\n`, width, height };
}

interface Place {
  x: number;
  y: number;
  width: number;
  height: number;
}

function placesOf(charts: readonly DrawnChart[], haveTitles: boolean): readonly Place[] {
  const boxes = charts.map((chart) => chart.getBoundingClientRect());
  const left = Math.min(...boxes.map((box) => box.left));
  const top = Math.min(...boxes.map((box) => box.top));
  if (!haveTitles) return boxes.map((box) => ({ x: box.left - left, y: box.top - top, width: box.width, height: box.height }));
  let y = 0;
  return boxes.map(({ width, height }) => {
    y += TITLE_HEIGHT + height;
    return { x: 0, y: y - height, width, height };
  });
}

/** Copy an element with its resolved styles as attributes; null for one that is not drawn. */
function copied(element: Element, parent: CSSStyleDeclaration | null): SVGElement | null {
  if (element.namespaceURI !== SVG || element.localName === 'style' || element.localName === 'foreignObject') return null;
  const style = getComputedStyle(element);
  if (style.display === 'none' && !['defs', 'clipPath', 'title'].includes(element.localName)) return null;
  // A link of the page leads nowhere from a file.
  const copy = document.createElementNS(SVG, element.localName === 'a' ? 'g' : element.localName);
  for (const { name, value } of element.attributes) {
    if (!DROPPED.test(name) && !name.startsWith('xmlns') && !value.includes('var(')) copy.setAttribute(name, value);
  }
  if (element.hasAttribute('href') && element.localName !== 'a') copy.setAttribute('href', element.getAttribute('href') ?? '');
  for (const property of PROPERTIES) {
    const value = style.getPropertyValue(property);
    const isInherited = property !== 'opacity';
    const outer = parent === null || !isInherited ? INITIAL[property] : parent.getPropertyValue(property);
    if (value !== outer) copy.setAttribute(property, value);
    else copy.removeAttribute(property);
  }
  for (const node of element.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) copy.append(node.cloneNode());
    else if (node instanceof Element) {
      const child = copied(node, style);
      if (child) copy.append(child);
    }
  }
  return copy;
}

function pixels(canvas: HTMLCanvasElement): SVGElement {
  const image = document.createElementNS(SVG, 'image');
  image.setAttribute('href', canvas.toDataURL('image/png'));
  return image;
}

function set(element: Element, attributes: Readonly<Record<string, string | number>>): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}

/** Value of a custom property in which `light-dark()` is resolved. */
function resolved(page: CSSStyleDeclaration, name: string): string {
  const probe = document.createElement('span');
  probe.style.color = page.getPropertyValue(name);
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Between two frames, so that the page does not flash. */
function inLightTheme<Result>(work: () => Result): Result {
  const { dataset } = document.documentElement;
  const theme = dataset['theme'];
  dataset['theme'] = 'light';
  try {
    return work();
  } finally {
    if (theme === undefined) delete dataset['theme'];
    else dataset['theme'] = theme;
  }
}
