// The plane with its legend, caption and links; its box is reserved while the chart's script loads.
import { lazy, type RefObject, Suspense, useDeferredValue, useState } from 'react';

import { deadlineText } from '../../data/deadline';
import { counted } from '../../data/format';
import type { Run } from '../../data/runs';
import { type Shell, tableOf } from '../../data/shell';
import { ChartFigure } from '../../parts/ChartFigure';
import { GpuMarkIcon } from '../../parts/GpuMarkIcon';
import { Link } from '../../parts/Link';
import type { ViewState } from '../../state/parameters';
import type { Change } from '../../state/useViewState';
import type { Explored } from './explored';
import { PlaneTable } from './PlaneTable';
import { planeCaption } from './wording';

export const loadPlane = () => import('../../charts/plane/Plane');
const Plane = lazy(async () => ({ default: (await loadPlane()).Plane }));

interface PlaneFigureProps {
  shell: Shell;
  explored: Explored;
  frontiers: readonly (readonly Run[])[];
  state: ViewState;
  change: (change: Change) => void;
  highlighted: string | null;
  onHighlight: (modelId: string | null) => void;
  /** Filled with the drawn chart. */
  drawing: RefObject<SVGSVGElement | null>;
}

export function PlaneFigure({ shell, explored, frontiers, state, change, highlighted, onHighlight, drawing }: PlaneFigureProps) {
  const { task, measures, runs, ranked, deadline } = explored;
  const [labelled, setLabelled] = useState<number | null>(null);
  const isPerModel = state.frontier === 'model';
  const isTable = state.as === 'table';
  const behind = useDeferredValue(explored); // a table of hundreds of rows would hold up the slider
  const plane = (
    <Suspense fallback={<div className="plane-box" />}>
      <Plane
        {...{ shell, measures, runs, ranked, frontiers, isPerModel, deadline, highlighted, onHighlight }}
        deadlineLabel={deadline === null ? '' : `deadline ${deadlineText(deadline, measures.latency)}`}
        onDrawn={(svg) => {
          drawing.current = svg;
        }}
        onLabelled={setLabelled}
      />
    </Suspense>
  );
  return (
    <div className="explore-plane">
      {!isTable && <Legend shell={shell} runs={runs} isNumbered={labelled === null} hasDeadline={deadline !== null} />}
      <ChartFigure
        caption={planeCaption(explored, labelled)}
        chart={plane}
        table={isTable && <PlaneTable explored={behind} frontiers={frontiers} />}
        isTable={isTable}
        onToggle={(table) => change({ as: table ? 'table' : undefined })}
        links={
          <>
            <Link to="runs" state={{ task: task.name, filters: state.filters, ...(tableOf(task) === 'llm' ? { stability: state.stability } : {}) }}>
              All {counted(runs.length)} runs
            </Link>
            <button type="button" className="link-button" onClick={() => change({ frontier: isPerModel ? undefined : 'model' })}>
              {isPerModel ? 'Overall frontier' : 'Frontier per model'}
            </button>
          </>
        }
      />
    </div>
  );
}

function Legend({ shell, runs, isNumbered, hasDeadline }: { shell: Shell; runs: readonly Run[]; isNumbered: boolean; hasDeadline: boolean }) {
  const present = new Set(runs.map(({ gpuModel }) => gpuModel));
  return (
    <p className="explore-legend">
      {shell.gpus
        .filter(({ model }) => present.has(model))
        .map(({ model }) => (
          <span key={model}>
            <GpuMarkIcon shell={shell} gpuModel={model} /> {model}
          </span>
        ))}
      <span className="muted">
        {isNumbered ? 'numbers: rank in the table' : 'large: best run of each model'} · outlined: frontier{hasDeadline && ' · faded: misses the deadline'}
      </span>
    </p>
  );
}
