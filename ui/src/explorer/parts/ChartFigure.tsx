// Frame of a chart: caption, and a switch between the chart and a table of exactly the drawn values.
import type { ReactNode } from 'react';

interface ChartFigureProps {
  /** What the chart shows; read by screen readers, and visible under the chart. */
  caption: string;
  chart: ReactNode;
  table: ReactNode;
  isTable: boolean;
  onToggle: (isTable: boolean) => void;
  /** Links beside the switch. */
  links?: ReactNode;
}

export function ChartFigure({ caption, chart, table, isTable, onToggle, links }: ChartFigureProps) {
  return (
    <figure className="chart-figure">
      {isTable ? (
        // Can be focused, so that keys scroll it.
        <div className="table-scroll" role="region" aria-label={`Table: ${caption}`} tabIndex={0}>
          {table}
        </div>
      ) : (
        chart
      )}
      <figcaption>
        <span className="muted">{caption}</span>
        <span className="actions">
          <button type="button" className="link-button" aria-pressed={isTable} onClick={() => onToggle(!isTable)}>
            {isTable ? 'Table as chart' : 'Chart as table'}
          </button>
          {links}
        </span>
      </figcaption>
    </figure>
  );
}
