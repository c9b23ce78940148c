// Downloads of the rows on screen, and the units of their columns.
import { plural } from '../data/format';
import { queryAddress } from './answer';
import type { TakeAway } from './contract';

const FORMATS = { csv: 'CSV', parquet: 'Parquet', arrow: 'Arrow' } as const;

export function RowsSection({ takeAway: { rows, rowsNote, shown, units, fileName } }: { takeAway: TakeAway }) {
  if (rows === null) return null;
  const listed = Object.entries(units);
  return (
    <section className="take-away-section">
      <h3>Rows</h3>
      <p className="actions">
        {(Object.keys(FORMATS) as (keyof typeof FORMATS)[]).map((format) => (
          <a key={format} className="button" href={queryAddress(rows, format)} download={`${fileName}.${format}`}>
            {FORMATS[format]}
          </a>
        ))}
      </p>
      <p className="muted">
        {plural(shown.length, 'row')} on screen; values unrounded. {rowsNote}
      </p>
      {listed.length > 0 && (
        <details>
          <summary>Units of the columns</summary>
          <dl className="take-away-facts">
            {listed.map(([column, unit]) => (
              <div key={column}>
                <dt>
                  <code>{column}</code>
                </dt>
                <dd>{unit}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </section>
  );
}
