// The time–energy plane: every run on two logarithmic axes, the frontier, the deadline, and the best run of each model.
import './plane.css';

import { type MouseEvent, type PointerEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';

import { valueOf } from '../../data/measures';
import type { Run } from '../../data/runs';
import { openView } from '../../parts/Link';
import { drawBackground } from './background';
import type { PlaneProps } from './contract';
import { DeadlineLayer } from './DeadlineLayer';
import { FrontierLayer, FrontierNote } from './FrontierLayer';
import { geometryOf } from './geometry';
import { HighlightLayer } from './HighlightLayer';
import { nearestRun } from './nearest';
import { noteOf } from './note';
import { RankLayer } from './RankLayer';
import { gutterFor, withGutterLabels, withRanksInMarks } from './ranks';
import { Tooltip } from './Tooltip';
import { useSize } from './useSize';

/** A narrower plane has no gutter: ranks are written in the marks. */
const COMPACT_WIDTH = 560;

export function Plane(props: PlaneProps) {
  const { shell, measures, runs, isPerModel, deadline, highlighted, onHighlight, onDrawn, onLabelled } = props;
  // A logarithmic axis has no place for zero, which an unstable run may have.
  const [ranked, frontiers] = useMemo(() => {
    const isDrawable = (run: Run) => valueOf(measures.latency, run) > 0 && valueOf(measures.energy, run) > 0;
    return [props.ranked.filter(({ run }) => isDrawable(run)), props.frontiers.map((frontier) => frontier.filter(isDrawable))];
  }, [props.ranked, props.frontiers, measures]);
  const [box, size] = useSize<HTMLDivElement>();
  const isCompact = size.width < COMPACT_WIDTH;
  const note = useMemo(() => noteOf(frontiers, isPerModel, isCompact, measures.batch.shortName.toLowerCase()), [frontiers, isPerModel, isCompact, measures]);
  const geometry = useMemo(() => {
    const gutter = isCompact ? 0 : gutterFor(runs.map(({ nickname }) => nickname));
    return size.width === 0 ? null : geometryOf(runs, measures, size, gutter, note);
  }, [runs, measures, size, isCompact, note]);

  const background = useRef<SVGGElement>(null);
  useLayoutEffect(() => {
    if (geometry) background.current?.replaceChildren(drawBackground(shell, runs, measures, geometry, isCompact));
  }, [shell, runs, measures, geometry, isCompact]);

  const placed = useMemo(() => {
    if (!geometry) return [];
    return (isCompact ? withRanksInMarks : withGutterLabels)(ranked, geometry, measures);
  }, [ranked, geometry, measures, isCompact]);
  const labelled = isCompact ? null : placed.filter(({ labelY }) => labelY !== null).length;
  useEffect(() => onLabelled?.(labelled), [onLabelled, labelled]);

  const [pointed, setPointed] = useState<Run | null>(null);
  const [pinned, setPinned] = useState<Run | null>(null);
  const openLink = useRef<HTMLAnchorElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    setPointed(null);
    setPinned(null);
  }, [runs]);

  const point = (run: Run | null) => {
    setPointed(run);
    onHighlight(run?.modelId ?? null);
  };
  const nearest = (event: PointerEvent | MouseEvent) => {
    const bounds = box.current?.getBoundingClientRect();
    if (!geometry || !bounds) return null;
    return nearestRun(runs, placed, geometry, measures, { x: event.clientX - bounds.left, y: event.clientY - bounds.top });
  };
  const onClick = (event: MouseEvent) => {
    const link = (event.target as Element).closest('a');
    if (event.metaKey || event.ctrlKey || event.shiftKey) return; // a new tab or window
    event.preventDefault();
    if (link && event.detail === 0) return openView(link.getAttribute('href') ?? ''); // Enter
    const run = runs.find(({ id }) => id === link?.getAttribute('data-run')) ?? nearest(event);
    setPinned(run === pinned ? null : run);
  };
  const close = () => {
    const id = pinned?.id;
    setPinned(null);
    setPointed(null);
    if (frame.current?.querySelector('.plane-tooltip')?.contains(document.activeElement)) {
      frame.current.querySelector<SVGAElement>(`a[data-run="${id}"]`)?.focus();
    }
  };
  const pinAndEnter = (run: Run) => {
    setPinned(run);
    requestAnimationFrame(() => openLink.current?.focus());
  };
  const shown = pinned ?? pointed;
  const layer = geometry && { shell, measures, geometry, isCompact };
  return (
    <div
      className="plane"
      ref={frame}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      <div className="plane-box" ref={box}>
        {layer && geometry && (
          <>
            <svg
              ref={onDrawn}
              role="group"
              aria-label="Best run of each model, in the order of their ranks"
              width={geometry.width}
              height={geometry.height}
              viewBox={`0 0 ${geometry.width} ${geometry.height}`}
              onPointerMove={(event) => event.pointerType === 'mouse' && point(nearest(event))}
              onPointerLeave={() => point(null)}
              onClick={onClick}
            >
              <g ref={background} aria-hidden="true" />
              <DeadlineLayer {...layer} deadline={deadline} label={props.deadlineLabel} />
              <FrontierLayer {...layer} frontiers={frontiers} isPerModel={isPerModel} deadline={deadline} note={note} />
              <FrontierNote note={note} geometry={geometry} />
              <HighlightLayer {...layer} runs={runs} modelId={highlighted} />
              <RankLayer {...layer} placed={placed} highlighted={highlighted} onFocus={point} onBlur={() => point(null)} onPin={pinAndEnter} />
            </svg>
            {shown && (
              <Tooltip
                key={`${shown.id} ${pinned !== null}`}
                {...layer}
                run={shown}
                rank={ranked.find(({ run }) => run.id === shown.id)?.rank ?? null}
                isOnFrontier={!isPerModel && frontiers.flat().some(({ id }) => id === shown.id)}
                isPinned={pinned !== null}
                onClose={close}
                linkRef={openLink}
              />
            )}
          </>
        )}
      </div>
    </div>
  );
}
