// Table of exactly the runs that a sweep draws.
import { counted, measured } from '../../data/format';
import { type TaskMeasures, valueOf } from '../../data/measures';
import { gpusOf, type Run } from '../../data/runs';
import type { Shell } from '../../data/shell';
import type { SweepLine } from '../../data/sweep';
import { GpuMarkIcon } from '../../parts/GpuMarkIcon';
import { Link } from '../../parts/Link';
import { type ValueColumn, ValueTable } from '../../parts/ValueTable';

interface SweepTableProps {
  shell: Shell;
  measures: TaskMeasures;
  lines: readonly SweepLine[];
}

interface Row {
  run: Run;
  isOnLine: boolean;
  isLeast: boolean;
}

export function SweepTable({ shell, measures, lines }: SweepTableProps) {
  const rows = lines.flatMap(({ runs, line, least }): Row[] => runs.map((run) => ({ run, isOnLine: line.includes(run), isLeast: run === least })));
  const { batch, energy, latency, throughput, power } = measures;
  const hasParallelism = rows.some(({ run }) => run.parallelism !== '');
  const columns: ValueColumn<Row>[] = [
    {
      name: 'GPUs',
      cell: ({ run }) => (
        <>
          <GpuMarkIcon shell={shell} gpuModel={run.gpuModel} /> {gpusOf(run)}
        </>
      ),
    },
    ...(hasParallelism ? [{ name: 'Parallelism', cell: ({ run }: Row) => run.parallelism || 'none' }] : []),
    { name: batch.shortName, unit: batch.unit, isNumber: true, cell: ({ run }) => counted(valueOf(batch, run)) },
    ...[energy, latency, throughput, power].map((measure) => ({
      name: measure.shortName,
      unit: measure.unit,
      isNumber: true,
      cell: ({ run, isLeast }: Row) => (isLeast && measure === energy ? <b>{measured(valueOf(measure, run))}</b> : measured(valueOf(measure, run))),
    })),
    { name: 'Line', cell: ({ isOnLine, isLeast }) => (isLeast ? 'least energy' : isOnLine ? 'on the line' : 'repeat') },
    {
      name: 'Run',
      cell: ({ run }) => (
        <Link to="run" state={{ id: run.id }} aria-label={`Run on ${gpusOf(run)} at batch ${counted(valueOf(batch, run))}`}>
          Run
        </Link>
      ),
    },
  ];
  return <ValueTable caption={`${energy.name}, latency, throughput and power by batch size`} columns={columns} rows={rows} keyOf={({ run }) => run.id} />;
}
