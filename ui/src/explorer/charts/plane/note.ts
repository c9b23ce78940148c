// The note in the lower left corner: what is on the frontier, and which direction is better.
import { middleEllipsis } from '../../data/format';
import { gpusOf, type Run } from '../../data/runs';
import type { Geometry, NoteSize } from './geometry';
import { type Box, textWidth } from './labels';

export const NOTE_LINE = 16;
const INSET = 10;
/** Space for the batch sizes between the staircase and the note. */
const BENEATH = 24;

export interface NoteText extends NoteSize {
  lines: readonly { text: string; kind: 'title' | 'detail' | 'direction' }[];
  /** Of the font, in pixels. */
  size: number;
}

export function noteOf(frontiers: readonly (readonly Run[])[], isPerModel: boolean, isCompact: boolean, batchName: string): NoteText {
  const runs = frontiers.flat();
  const models = [...new Set(runs.map(({ nickname }) => nickname))];
  const gpus = [...new Set(runs.map(gpusOf))];
  const lines: NoteText['lines'][number][] = [];
  if (isPerModel) lines.push({ text: 'Frontier of each model', kind: 'title' });
  else if (models.length === 1 && models[0] !== undefined) {
    lines.push({ text: `Frontier: ${middleEllipsis(models[0], isCompact ? 18 : 29)}`, kind: 'title' });
  } else lines.push({ text: `Frontier: ${models.length} models`, kind: 'title' });
  if (!isPerModel && !isCompact) {
    lines.push({ text: `${gpus.length === 1 ? `${gpus[0]}; ` : ''}labels: ${batchName}`, kind: 'detail' });
  }
  lines.push({ text: '↙ lower left is better', kind: 'direction' });
  const size = isCompact ? 10 : 12;
  const family = getComputedStyle(document.body).fontFamily;
  const widths = lines.map(({ text, kind }) => textWidth(text, `${kind === 'detail' ? '' : 'bold '}${size}px ${family}`));
  return { lines, size, width: Math.ceil(Math.max(...widths)) + INSET, height: lines.length * NOTE_LINE + 4, beneath: isCompact || isPerModel ? 8 : BENEATH };
}

export function noteBox({ width, height }: NoteSize, { left, bottom }: Geometry): Box {
  return { left: left + INSET, top: bottom - height, width: width - INSET, height };
}
