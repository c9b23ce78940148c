// Positions of the dumbbell chart of pairs: a row per pair, names at the left, changes at the right; on phones above.
import { detailsOf } from '../../data/matched';
import { type Pair, pairValue } from '../../data/pairs';
import { gpusOf } from '../../data/runs';
import { changeText, type Group } from '../../data/pair-groups';
import { logDomain, logTicks } from '../axes';
import { fitted, textWidth } from '../text-width';

export const NAME_SIZE = 13;
export const SMALL_SIZE = 11;
const COMPACT_BELOW = 640;
/** A narrower domain would exaggerate small changes, and may hold no tick. */
const LEAST_SPAN = 6;

export interface Label {
  text: string;
  x: number;
  y: number;
}

export interface PairRow {
  pair: Pair;
  /** Full name, for tooltips and screen readers. */
  name: string;
  /** Top and height of the row, and the line of its marks. */
  top: number;
  height: number;
  y: number;
  baselineX: number;
  candidateX: number;
  isLess: boolean;
  labels: { name: Label; details: Label; change: Label; gpus: Label };
}

export interface PairsLayout {
  width: number;
  height: number;
  isCompact: boolean;
  margins: { top: number; right: number; bottom: number; left: number };
  domain: [number, number];
  ticks: number[];
  rows: readonly PairRow[];
}

/** Domain of the energy axis over the pairs of groups with one unit. */
export function energyDomain(groups: readonly Group[]): [number, number] {
  const values = groups.flatMap(({ answer, measures }) =>
    answer.pairs.flatMap(({ baseline, candidate }) => [baseline, candidate].map((run) => pairValue(measures.energy, run))),
  );
  const [from, to] = logDomain(values);
  const missing = Math.sqrt(Math.max(1, LEAST_SPAN / (to / from)));
  return [from / missing, to * missing];
}

export function pairsLayout(group: Group, domain: [number, number], width: number): PairsLayout {
  const { answer, measures, sides } = group;
  const isCompact = width < COMPACT_BELOW;
  const texts = answer.pairs.map((pair) => ({
    pair,
    name: pair.baseline.nickname,
    details: detailsOf(pair.baseline).join(' · '),
    change: changeText(pair.energyChange, sides),
    gpus: `${gpusOf(pair.candidate)} vs ${gpusOf(pair.baseline)}`,
  }));
  const widest = (sizes: readonly number[]) => Math.ceil(Math.max(0, ...sizes));
  const left = isCompact ? 14 : Math.min(280, widest(texts.map(({ name, details }) => Math.max(textWidth(name, NAME_SIZE), textWidth(details, SMALL_SIZE))))) + 18;
  const right = isCompact ? 14 : widest(texts.map(({ change, gpus }) => Math.max(textWidth(change, NAME_SIZE), textWidth(gpus, SMALL_SIZE)))) + 24;
  const margins = { top: isCompact ? 48 : 30, right, bottom: isCompact ? 58 : 44, left };
  const rowHeight = isCompact ? 64 : 38;
  const [from, to] = domain;
  const xOf = (value: number) => margins.left + (Math.log(value / from) / Math.log(to / from)) * (width - margins.left - margins.right);
  const rows = texts.map(({ pair, name, details, change, gpus }, index): PairRow => {
    const top = margins.top + index * rowHeight;
    const [baselineX, candidateX] = [pair.baseline, pair.candidate].map((run) => xOf(pairValue(measures.energy, run))) as [number, number];
    const end = Math.max(baselineX, candidateX) + 14;
    const nameWidth = isCompact ? width - textWidth(change, NAME_SIZE, 600) - 14 : left - 18;
    const shortName = fitted(name, nameWidth, NAME_SIZE);
    return {
      pair,
      name,
      top,
      height: rowHeight,
      y: isCompact ? top + 50 : top + rowHeight / 2,
      baselineX,
      candidateX,
      isLess: (pair.energyChange ?? 0) < 0,
      labels: isCompact
        ? {
            name: { text: shortName, x: 0, y: top + 13 },
            details: { text: fitted(`${details} · ${gpus}`, width, SMALL_SIZE), x: 0, y: top + 30 },
            change: { text: change, x: width, y: top + 13 },
            gpus: { text: '', x: width, y: top + 30 },
          }
        : {
            name: { text: shortName, x: left - 14, y: top + 13 },
            details: { text: fitted(details, left - 18, SMALL_SIZE), x: left - 14, y: top + 28 },
            change: { text: change, x: end, y: top + 13 },
            gpus: { text: gpus, x: end, y: top + 28 },
          },
    };
  });
  return { width, height: margins.top + rows.length * rowHeight + margins.bottom, isCompact, margins, domain, ticks: logTicks(domain), rows };
}
