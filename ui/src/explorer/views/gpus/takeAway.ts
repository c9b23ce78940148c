// What is taken away from the pairs on screen.
import type { Group } from '../../data/pair-groups';
import type { Shell, Task } from '../../data/shell';
import type { ViewState } from '../../state/parameters';
import { withDefaults } from '../../take-away/complete-state';
import type { TakeAway } from '../../take-away/contract';

export function hasPairs({ answer }: Group): boolean {
  return answer.pairs.length > 0;
}

/** The state for a link; without a deadline of its own, each of several tasks has its default one. */
export function completeState(state: ViewState, task: Task | null, groups: readonly Group[]): ViewState {
  const [first] = groups;
  if (!first) return state;
  const own = { ...first.sides, ...(task ? { deadline: first.deadline ?? ('none' as const) } : { task: state.task }) };
  return withDefaults(first.task, state, own);
}

export async function takeAwayOf(shell: Shell, state: ViewState, title: string, groups: readonly Group[]): Promise<TakeAway> {
  const { gpusTakeAway } = await import('../../take-away/gpus');
  const [first, ...others] = groups;
  if (!first) throw new Error('No pairs are on screen.');
  const drawn = groups.filter(hasPairs);
  return gpusTakeAway({
    ...{ shell, state, title, ...first.sides, measures: first.measures, tasks: [first, ...others] },
    shown: drawn.flatMap(({ answer }) => answer.pairs),
    charts: () => [...document.querySelectorAll<SVGSVGElement>('.gpus-group .plot-frame > svg')],
    ...(others.length > 0 ? { chartTitles: () => drawn.map(({ task }) => task.displayName) } : {}),
  });
}
