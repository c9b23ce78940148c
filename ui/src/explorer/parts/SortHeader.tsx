// Header cell of a table whose button orders the rows.
import './data-table.css';

import type { Sort } from '../data/order';

interface SortHeaderProps {
  /** Name of the column in the URL. */
  name: string;
  title: string;
  unit?: string | null;
  description?: string;
  isNumber: boolean;
  sort: Sort | null;
  onSort: (column: string) => void;
}

export function SortHeader({ name, title, unit = null, description, isNumber, sort, onSort }: SortHeaderProps) {
  const direction = sort?.column !== name ? 'none' : sort.isDescending ? 'descending' : 'ascending';
  return (
    <th scope="col" className={isNumber ? 'number' : undefined} aria-sort={direction}>
      <button type="button" className="sort-button" title={description} onClick={() => onSort(name)}>
        {title}
        {direction !== 'none' && <span aria-hidden="true">{direction === 'ascending' ? ' ▲' : ' ▼'}</span>}
        {unit !== null && <span className="unit">{unit}</span>}
      </button>
    </th>
  );
}
