// Dumbbell chart of pairs: energy on two GPU models, with a link to each run.
import './pairs.css';

import { type KeyboardEvent, useMemo, useRef, useState } from 'react';

import { measured, percentage } from '../../data/format';
import { changeText, type Group } from '../../data/pair-groups';
import { type PairRun, pairValue } from '../../data/pairs';
import { gpusOf } from '../../data/runs';
import { Link } from '../../parts/Link';
import { useWidth } from '../../parts/useWidth';
import { PlotFrame } from '../PlotFrame';
import { type PairRow, pairsLayout } from './layout';
import { pairsOptions } from './options';
import { PairTooltip } from './PairTooltip';

interface PairsChartProps {
  group: Group;
  /** Domain of the energy axis, shared by the groups on screen. */
  domain: [number, number];
  onDrawn?: (svg: SVGSVGElement) => void;
}

type Side = 'baseline' | 'candidate';

export function PairsChart({ group, domain, onDrawn }: PairsChartProps) {
  const [ref, width] = useWidth<HTMLDivElement>();
  return (
    <div className="pairs-chart" ref={ref}>
      {width > 0 && <Drawn group={group} domain={domain} width={width} {...(onDrawn ? { onDrawn } : {})} />}
    </div>
  );
}

function Drawn({ group, domain, width, onDrawn }: PairsChartProps & { width: number }) {
  const layout = useMemo(() => pairsLayout(group, domain, width), [group, domain, width]);
  const options = useMemo(() => pairsOptions(group.shell, group, layout), [group, layout]);
  const [shown, setShown] = useState<{ index: number; isPinned: boolean } | null>(null);
  const [focused, setFocused] = useState<{ index: number; side: Side }>({ index: 0, side: 'candidate' });
  const list = useRef<HTMLUListElement>(null);
  const row = shown === null ? undefined : layout.rows[shown.index];

  const onKeyDown = (event: KeyboardEvent) => {
    const { index, side } = focused;
    if (event.key === 'Escape') {
      setShown(null);
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      return;
    }
    const next = MOVES[event.key]?.(index, layout.rows.length);
    const nextSide: Side = event.key === 'ArrowLeft' || event.key === 'ArrowRight' ? (side === 'candidate' ? 'baseline' : 'candidate') : side;
    if (next === undefined && nextSide === side) return;
    event.preventDefault();
    list.current?.querySelector<HTMLElement>(`[data-mark="${next ?? index} ${nextSide}"]`)?.focus();
  };

  return (
    <div className="pairs-drawn" onPointerLeave={() => setShown((now) => (now?.isPinned ? now : null))} onKeyDown={onKeyDown}>
      <PlotFrame options={options} {...(onDrawn ? { onDrawn } : {})} />
      <ul className="pairs-rows" ref={list} aria-label="Pairs, the greatest saving first. Arrow keys move between runs.">
        {layout.rows.map((each, index) => (
          <li
            key={each.pair.baseline.id}
            style={{ top: each.top, height: each.height }}
            onPointerEnter={(event) => event.pointerType === 'mouse' && setShown((now) => (now?.isPinned ? now : { index, isPinned: false }))}
            onClick={() => setShown((now) => (now?.isPinned && now.index === index ? null : { index, isPinned: true }))}
          >
            {(['candidate', 'baseline'] as const).map((side) => (
              <Link
                key={side}
                to="run"
                state={{ id: each.pair[side].id }}
                className="pairs-mark"
                data-mark={`${index} ${side}`}
                style={{ left: side === 'candidate' ? each.candidateX : each.baselineX, top: each.y - each.top }}
                tabIndex={focused.index === index && focused.side === side ? 0 : -1}
                aria-label={markLabel(group, each, side)}
                onFocus={() => {
                  setFocused({ index, side });
                  setShown({ index, isPinned: false });
                }}
                onBlur={() => setShown((now) => (now?.isPinned ? now : null))}
                onClick={(event) => event.stopPropagation()}
              />
            ))}
          </li>
        ))}
      </ul>
      {row && <PairTooltip group={group} row={row} layout={layout} isPinned={shown?.isPinned ?? false} onClose={() => setShown(null)} />}
    </div>
  );
}

const MOVES: Readonly<Record<string, (index: number, count: number) => number>> = {
  ArrowDown: (index, count) => Math.min(index + 1, count - 1),
  ArrowUp: (index) => Math.max(index - 1, 0),
  Home: () => 0,
  End: (_, count) => count - 1,
};

function markLabel({ measures: { energy, latency }, sides }: Group, { pair, name }: PairRow, side: Side): string {
  const run: PairRun = pair[side];
  const change = side === 'candidate' ? `, ${changeText(pair.energyChange, sides)} than on ${sides.baseline}` : '';
  const slower = side === 'candidate' && pair.latencyChange !== null ? `, latency ${percentage(pair.latencyChange)}` : '';
  return `Run of ${name} on ${gpusOf(run)}: ${measured(pairValue(energy, run))} ${energy.unit}${change}; ${measured(pairValue(latency, run))} ${latency.unit}${slower}`;
}
