// The best run of each compared model side by side: measures with units, and differences from the first in words.
import type { ReactNode } from 'react';

import { counted, measured } from '../../data/format';
import { type Measure, type TaskMeasures, valueOf } from '../../data/measures';
import { gpusOf, type Run } from '../../data/runs';
import type { Shell } from '../../data/shell';
import { GpuMarkIcon } from '../../parts/GpuMarkIcon';
import { Link } from '../../parts/Link';
import { Swatch } from './Picker';

export interface Best {
  id: string;
  name: string;
  /** Null for a model without a run within the deadline. */
  run: Run | null;
  /** Why there is none. */
  reason: string;
}

export function BestTable({ shell, measures, compared }: { shell: Shell; measures: TaskMeasures; compared: readonly Best[] }) {
  const { energy, latency, throughput, power, batch } = measures;
  const reference = compared.find(({ run }) => run !== null) ?? null;
  const row = (title: string, unit: string, cell: (run: Run, best: Best) => ReactNode) => (
    <tr key={title}>
      <th scope="row">
        {title} {unit && <span className="unit">{unit}</span>}
      </th>
      {compared.map((best) => (
        <td key={best.id}>{best.run ? cell(best.run, best) : '–'}</td>
      ))}
    </tr>
  );
  const measureRow = (measure: Measure) =>
    row(measure.name, measure.unit, (run, best) => (
      <>
        <b>{measured(valueOf(measure, run))}</b>
        {reference?.run && best !== reference && <span className="compare-difference">{difference(valueOf(measure, run), valueOf(measure, reference.run))}</span>}
      </>
    ));
  return (
    <div className="table-scroll">
      <table className="table compare-table">
        <caption>
          Best run of each model{reference ? `; differences from ${reference.name}` : ''}
        </caption>
        <thead>
          <tr>
            <td />
            {compared.map(({ id, name, run, reason }, index) => (
              <th key={id} scope="col">
                <Swatch index={index} /> <Link to="model" state={{ id }}>{name}</Link>
                {run === null && <span className="unit">{reason}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[energy, latency].map(measureRow)}
          {row('GPUs', '', (run) => (
            <>
              <GpuMarkIcon shell={shell} gpuModel={run.gpuModel} /> {gpusOf(run)}
            </>
          ))}
          {row('Parallelism', '', (run) => run.parallelism || 'none')}
          {row('Weight precision', '', (run) => run.weightPrecision)}
          {row(batch.name, batch.unit, (run) => counted(valueOf(batch, run)))}
          {[throughput, power].map(measureRow)}
          {row('Run', '', (run, { name }) => (
            <Link to="run" state={{ id: run.id }} aria-label={`Run of ${name}`}>
              Run
            </Link>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** `32% less`, `1.4 times as much`. */
function difference(value: number, reference: number): string {
  const change = value / reference - 1;
  if (!Number.isFinite(change)) return '';
  if (change >= 1) return `${measured(value / reference)} times as much`;
  const percent = Math.round(Math.abs(change) * 100);
  return percent === 0 ? 'the same, within 0.5%' : `${percent}% ${change < 0 ? 'less' : 'more'}`;
}
