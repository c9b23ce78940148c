// The values that the plane draws, as a table.
import { memo, useMemo } from 'react';

import { counted, measured } from '../../data/format';
import { valueOf } from '../../data/measures';
import { gpusOf, type Run } from '../../data/runs';
import { Link } from '../../parts/Link';
import { type ValueColumn, ValueTable } from '../../parts/ValueTable';
import type { Explored } from './explored';

interface PlaneTableProps {
  explored: Explored;
  frontiers: readonly (readonly Run[])[];
}

export const PlaneTable = memo(function PlaneTable({ explored, frontiers }: PlaneTableProps) {
  const { runs, measures, deadline, ranked, task } = explored;
  const { latency, energy, batch } = measures;
  const rows = useMemo(() => [...runs].sort((one, other) => valueOf(latency, one) - valueOf(latency, other)), [runs, latency]);
  const onFrontier = new Set(frontiers.flat().map(({ id }) => id));
  const ranks = new Map(ranked.map(({ run, rank }) => [run.id, rank]));
  const columns: ValueColumn<Run>[] = [
    {
      name: 'Model',
      cell: (run) => (
        <Link to="run" state={{ id: run.id }}>
          {run.nickname}
        </Link>
      ),
    },
    { name: 'GPUs', cell: (run) => gpusOf(run) },
    { name: batch.shortName, isNumber: true, cell: (run) => counted(valueOf(batch, run)) },
    { name: latency.shortName, unit: latency.unit, isNumber: true, cell: (run) => measured(valueOf(latency, run)) },
    { name: energy.shortName, unit: energy.unit, isNumber: true, cell: (run) => measured(valueOf(energy, run)) },
    ...(deadline === null ? [] : [{ name: 'Meets the deadline', cell: (run: Run) => (valueOf(latency, run) <= deadline ? 'yes' : 'no') }]),
    { name: 'On the frontier', cell: (run) => (onFrontier.has(run.id) ? 'yes' : '') },
    { name: 'Rank', isNumber: true, cell: (run) => ranks.get(run.id) ?? '' },
  ];
  return (
    <div className="explore-values" tabIndex={0} role="region" aria-label="Values of the chart">
      <ValueTable caption={`Runs of ${task.displayName} by latency`} columns={columns} rows={rows} keyOf={({ id }) => id} />
    </div>
  );
});
