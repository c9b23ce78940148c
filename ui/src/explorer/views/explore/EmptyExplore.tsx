// The first view without a ranked run: the ways out.
import { exactText, fastestOf, roundedUp } from '../../data/deadline';
import { valueOf } from '../../data/measures';
import type { Run } from '../../data/runs';
import type { Shell } from '../../data/shell';
import { EmptyByFilters } from '../../filters/EmptyByFilters';
import { Nothing } from '../../parts/states';
import type { ViewState } from '../../state/parameters';
import type { Change } from '../../state/useViewState';
import type { Explored } from './explored';

interface EmptyExploreProps {
  shell: Shell;
  explored: Explored;
  /** Runs before all filters. */
  loaded: readonly Run[];
  state: ViewState;
  change: (change: Change) => void;
  onChoose: (deadline: number | null) => void;
}

export function EmptyExplore({ shell, explored, loaded, state, change, onChoose }: EmptyExploreProps) {
  const { runs, measures } = explored;
  const fastest = fastestOf(runs, measures.latency);
  if (!fastest) return <EmptyByFilters shell={shell} task={explored.task} runs={loaded} state={state} change={change} />;
  const least = roundedUp(valueOf(measures.latency, fastest));
  return (
    <Nothing
      actions={
        <>
          <button type="button" className="button primary" onClick={() => onChoose(least)}>
            Set {exactText(least)} {measures.latency.unit}
          </button>
          <button type="button" className="button" onClick={() => onChoose(null)}>
            No deadline
          </button>
        </>
      }
    >
      The deadline is below the latency of every run.
    </Nothing>
  );
}
