// Button that opens what can be taken away from the view: query, programs, files, citation.
import type { Shell } from '../data/shell';
import type { ViewState } from '../state/parameters';
import type { RouteName } from '../state/routes';
import type { TakeAway } from './contract';

export interface TakeAwayButtonProps {
  shell: Shell;
  route: RouteName;
  /** State with every default filled in, for the copied link. */
  state: ViewState;
  takeAway: TakeAway;
}

export function TakeAwayButton({ takeAway }: TakeAwayButtonProps) {
  return (
    <button type="button" className="button primary" disabled title={takeAway.title}>
      Take it away
    </button>
  );
}
