// Filters of a view: GPU models as chips, other columns in a dialog, and the active filters with buttons to remove them.
import './filters.css';

import type { Run } from '../data/runs';
import type { Shell, Task } from '../data/shell';
import type { ViewState } from '../state/parameters';
import type { Change } from '../state/useViewState';
import { ActiveFilters } from './ActiveFilters';
import { FilterFacets } from './FilterFacets';
import { GpuChips } from './GpuChips';
import { SidePanel } from './SidePanel';

export interface FilterBarProps {
  shell: Shell;
  task: Task;
  /** All loaded runs of the task, before filters. The count of a value is that under the filters on other columns. */
  runs: readonly Run[];
  state: ViewState;
  change: (change: Change) => void;
}

export function FilterBar(props: FilterBarProps) {
  return (
    <div className="filter-bar">
      <GpuChips {...props} />
      <SidePanel
        button={
          <>
            <span className="wide-only">More filters</span>
            <span className="phone-only">Filters</span>
          </>
        }
        title="Filters"
      >
        {() => <FilterFacets {...props} />}
      </SidePanel>
      <ActiveFilters {...props} />
    </div>
  );
}
