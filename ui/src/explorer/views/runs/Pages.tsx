// Pages of the table, and what they contain.
import { counted } from '../../data/format';

export const ROWS_PER_PAGE = 100;

export function pageCount(rows: number): number {
  return Math.max(1, Math.ceil(rows / ROWS_PER_PAGE));
}

export function Pages({ page, rows, show }: { page: number; rows: number; show: (page: number) => void }) {
  const pages = pageCount(rows);
  if (pages === 1) return null;
  return (
    <nav className="runs-pages" aria-label="Pages">
      <button type="button" className="button" disabled={page === 1} onClick={() => show(page - 1)}>
        Previous
      </button>
      <span>
        Page {counted(page)} of {counted(pages)}
      </span>
      <button type="button" className="button" disabled={page === pages} onClick={() => show(page + 1)}>
        Next
      </button>
    </nav>
  );
}
