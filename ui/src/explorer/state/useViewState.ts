// Hook for the state of the current view, which lives in the URL.
import { useCallback, useMemo, useRef } from 'react';
import { useSearch } from 'wouter';
import { navigate } from 'wouter/use-browser-location';

import { formatState, parseState, type ParsedState, type ViewState } from './parameters';
import { ROUTES, type RouteName } from './routes';

export type Change = Partial<ViewState>;

export interface ViewStateControl extends ParsedState {
  /** Make a change, which Back undoes. */
  change: (change: Change) => void;
  /**
   * Make a change that is part of a gesture, such as dragging a slider. The first of a gesture makes a history entry,
   * the others replace it, so that Back undoes the gesture. `end` finishes it.
   */
  gesture: (change: Change, end?: boolean) => void;
}

/** URL changes per second during a gesture; browsers refuse more than about 100 in 30 s. */
const MILLISECONDS = 250;

export function useViewState(route: RouteName, columns: ReadonlySet<string>): ViewStateControl {
  const search = useSearch();
  const parsed = useMemo(() => parseState(route, search, columns), [route, search, columns]);
  const ongoing = useRef<{ written: number } | null>(null);

  const write = useCallback(
    (change: Change, replace: boolean) => {
      // From the address, not from `parsed`, so that changes before the next rendering add up.
      const { state } = parseState(route, location.search, columns);
      const next = formatState(route, { ...state, ...change });
      if (next !== location.search) navigate(`${location.pathname}${next}`, { replace });
    },
    [route, columns],
  );
  const change = useCallback((change: Change) => write(change, false), [write]);
  const gesture = useCallback(
    (change: Change, end = false) => {
      const now = performance.now();
      const begun = ongoing.current;
      if (begun === null) {
        write(change, false);
        ongoing.current = { written: now };
      } else if (end || now - begun.written >= MILLISECONDS) {
        write(change, true);
        begun.written = now;
      }
      if (end) ongoing.current = null;
    },
    [write],
  );
  return { ...parsed, change, gesture };
}

/** Relative address of a view, below any prefix of a proxy. */
export function addressOf(route: RouteName, state: Change = {}): string {
  return `.${ROUTES[route].path}${formatState(route, { filters: {}, ...state })}`;
}

/** Absolute address of a view with every parameter, for copying: it means the same when defaults change. */
export function completeAddress(route: RouteName, state: ViewState): string {
  return new URL(`.${ROUTES[route].path}${formatState(route, state, { complete: true })}`, location.href).href;
}
