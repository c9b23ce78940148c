// Hook for the runs that are selected to be compared: of one task, so another task begins without any.
import { useCallback, useState } from 'react';

/** Most runs that can be compared. */
export const MOST_COMPARED = 4;

export interface RunSelectionControl {
  ids: ReadonlySet<string>;
  /** The same function on every rendering. */
  select: (id: string, isSelected: boolean) => void;
  clear: () => void;
}

export function useSelectedRuns(task: string): RunSelectionControl {
  const [selection, setSelection] = useState<{ task: string; ids: ReadonlySet<string> }>({ task, ids: NONE });
  const select = useCallback(
    (id: string, isSelected: boolean) =>
      setSelection((before) => {
        const ids = new Set(before.task === task ? before.ids : NONE);
        if (isSelected && ids.size < MOST_COMPARED) ids.add(id);
        else ids.delete(id);
        return { task, ids };
      }),
    [task],
  );
  const clear = useCallback(() => setSelection({ task, ids: NONE }), [task]);
  return { ids: selection.task === task ? selection.ids : NONE, select, clear };
}

const NONE: ReadonlySet<string> = new Set();
