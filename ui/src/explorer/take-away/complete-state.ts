// The state of a view with every default, for links that mean the same when defaults change.
import { tableOf, type Task } from '../data/shell';
import type { ViewState } from '../state/parameters';

/** @param own What applies to this view beside the defaults of all views. */
export function withDefaults(task: Task, state: ViewState, own: Partial<ViewState> = {}): ViewState {
  const defaults = tableOf(task) === 'llm' ? ({ latency: 'p50', energy: 'token', stability: 'stable' } as const) : {};
  return { ...defaults, ...state, task: task.name, ...own };
}
