// Mark of each GPU model: its colour and shape, the same in every chart and table.
import type { Shell } from '../data/shell';

export type MarkShape = 'circle' | 'triangle' | 'square' | 'diamond' | 'cross' | 'star';

export interface GpuMark {
  /** Custom property of the colour, in src/design/tokens.css. */
  color: string;
  shape: MarkShape;
}

const KNOWN: Readonly<Record<string, GpuMark>> = {
  B200: { color: 'var(--gpu-b200)', shape: 'circle' },
  H100: { color: 'var(--gpu-h100)', shape: 'triangle' },
};
const OTHER_SHAPES: readonly MarkShape[] = ['square', 'diamond', 'cross', 'star'];

/** Mark of a GPU model; models beyond the two of V3 share a colour and differ by shape, in the dataset's order. */
export function gpuMark(shell: Shell, gpuModel: string): GpuMark {
  const known = KNOWN[gpuModel];
  if (known) return known;
  const others = shell.gpus.map(({ model }) => model).filter((model) => !(model in KNOWN));
  const shape = OTHER_SHAPES[Math.max(0, others.indexOf(gpuModel)) % OTHER_SHAPES.length] ?? 'square';
  return { color: 'var(--gpu-other)', shape };
}

const GLYPHS: Readonly<Record<MarkShape, string>> = { circle: '●', triangle: '▲', square: '■', diamond: '◆', cross: '✚', star: '★' };

/** The marks as text, for charts that leave the page: `● B200, ▲ H100`. */
export function gpuLegend(shell: Shell): string {
  return shell.gpus.map(({ model }) => `${GLYPHS[gpuMark(shell, model).shape]} ${model}`).join(', ');
}

/** Outline of a shape with the area of a circle of radius `r`, as an SVG path around the origin. */
export function markPath(shape: MarkShape, r: number): string {
  const area = Math.PI * r * r;
  switch (shape) {
    case 'circle':
      return `M${r},0A${r},${r} 0 1 1 ${-r},0A${r},${r} 0 1 1 ${r},0Z`;
    case 'triangle': {
      const side = Math.sqrt((4 * area) / Math.sqrt(3));
      const height = (side * Math.sqrt(3)) / 2;
      return `M0,${(-2 * height) / 3}L${side / 2},${height / 3}L${-side / 2},${height / 3}Z`;
    }
    case 'square': {
      const half = Math.sqrt(area) / 2;
      return `M${-half},${-half}H${half}V${half}H${-half}Z`;
    }
    case 'diamond': {
      const half = Math.sqrt(area / 2);
      return `M0,${-half}L${half},0L0,${half}L${-half},0Z`;
    }
    case 'cross': {
      const arm = Math.sqrt(area / 5) / 2;
      return `M${-3 * arm},${-arm}H${-arm}V${-3 * arm}H${arm}V${-arm}H${3 * arm}V${arm}H${arm}V${3 * arm}H${-arm}V${arm}H${-3 * arm}Z`;
    }
    case 'star': {
      const outer = r * 1.6;
      const points = Array.from({ length: 10 }, (_, corner) => {
        const radius = corner % 2 === 0 ? outer : outer * 0.45;
        const angle = (Math.PI * corner) / 5 - Math.PI / 2;
        return `${radius * Math.cos(angle)},${radius * Math.sin(angle)}`;
      });
      return `M${points.join('L')}Z`;
    }
  }
}
