// Filters of a view: GPU models as chips, other columns in a dialog, and the active filters with buttons to remove them.
import './filters.css';

import { useRef, useState } from 'react';

import type { Run } from '../data/runs';
import type { Shell, Task } from '../data/shell';
import type { ViewState } from '../state/parameters';
import type { Change } from '../state/useViewState';
import { ActiveFilters } from './ActiveFilters';
import { FilterDialog } from './FilterDialog';
import { GpuChips } from './GpuChips';

export interface FilterBarProps {
  shell: Shell;
  task: Task;
  /** All loaded runs of the task, before filters. The count of a value is that under the filters on other columns. */
  runs: readonly Run[];
  state: ViewState;
  change: (change: Change) => void;
}

export function FilterBar(props: FilterBarProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [isOpen, setOpen] = useState(false);
  const open = () => {
    setOpen(true);
    dialog.current?.showModal(); // on closing, the browser returns the focus to the button
  };
  return (
    <div className="filter-bar">
      <GpuChips {...props} />
      <button type="button" className="button" aria-haspopup="dialog" onClick={open}>
        More filters
      </button>
      <ActiveFilters {...props} />
      <FilterDialog {...props} ref={dialog} isOpen={isOpen} onClose={() => setOpen(false)} />
    </div>
  );
}
