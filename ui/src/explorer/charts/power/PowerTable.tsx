// A timeline as tables: figures of each GPU, and samples.
import { measured } from '../../data/format';
import { ValueTable, type ValueColumn } from '../../parts/ValueTable';
import { METRICS, type MetricName } from './metrics';
import { type Figures, figuresOf, spread, type Timeline } from './timeline';

const SAMPLES = 50;

interface Row extends Figures {
  name: string;
}

export function PowerTable({ timeline, metric }: { timeline: Timeline; metric: MetricName }) {
  const { relativeTimeS, value, devices, unit } = timeline;
  const hasSum = METRICS[metric].hasSum && devices.length > 1;
  const rows: Row[] = devices.map((device) => ({ name: `GPU ${device.index}`, ...figuresOf(device.value) }));
  if (hasSum) rows.push({ name: 'Sum', ...figuresOf(value) });
  const positions = spread(relativeTimeS.length, SAMPLES);
  const number = (name: string, cell: (position: number) => string): ValueColumn<number> => ({ name, unit, isNumber: true, cell });
  const columns: ValueColumn<number>[] = [
    { name: 'Time', unit: 's', isNumber: true, cell: (position) => (relativeTimeS[position] ?? NaN).toFixed(2) },
    ...devices.map((device) => number(`GPU ${device.index}`, (position) => measured(device.value[position]))),
    ...(hasSum ? [number('Sum', (position) => measured(value[position]))] : []),
  ];
  return (
    <div className="power-tables">
      <ValueTable
        caption="Figures of each GPU over the whole run"
        columns={[
          { name: 'GPU', cell: ({ name }) => name },
          { name: 'Points', isNumber: true, cell: ({ count }) => count.toLocaleString('en-US') },
          { name: 'Mean', unit, isNumber: true, cell: ({ mean }) => measured(mean) },
          { name: 'Minimum', unit, isNumber: true, cell: ({ min }) => measured(min) },
          { name: 'Maximum', unit, isNumber: true, cell: ({ max }) => measured(max) },
        ]}
        rows={rows}
        keyOf={({ name }) => name}
      />
      <p className="muted">
        {positions.length.toLocaleString('en-US')} of {relativeTimeS.length.toLocaleString('en-US')} points in time, at equal distances. A GPU without a sample at a point has its last one there.
      </p>
      <div className="table-scroll" role="region" aria-label="Samples" tabIndex={0}>
        <ValueTable caption="Samples" columns={columns} rows={positions} keyOf={String} />
      </div>
    </div>
  );
}
