// Table of values: one row per element, columns with units in their headers.
import type { ReactNode } from 'react';

export interface ValueColumn<Row> {
  name: string;
  unit?: string;
  isNumber?: boolean;
  cell: (row: Row) => ReactNode;
}

interface ValueTableProps<Row> {
  caption: string;
  columns: readonly ValueColumn<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row, index: number) => string;
}

export function ValueTable<Row>({ caption, columns, rows, keyOf }: ValueTableProps<Row>) {
  return (
    <table className="table">
      <caption className="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          {columns.map(({ name, unit, isNumber }) => (
            <th key={name} scope="col" className={isNumber ? 'number' : undefined}>
              {name} {unit && <span className="unit">{unit}</span>}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={keyOf(row, index)}>
            {columns.map(({ name, isNumber, cell }) => (
              <td key={name} className={isNumber ? 'number' : undefined}>
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
