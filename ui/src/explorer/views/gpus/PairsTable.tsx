// Table of exactly the pairs that the chart draws.
import { detailsOf } from '../../data/matched';
import { counted, measured, percentage } from '../../data/format';
import type { Group } from '../../data/pair-groups';
import { type Pair, pairValue } from '../../data/pairs';
import { gpusOf } from '../../data/runs';
import { Link } from '../../parts/Link';
import { type ValueColumn, ValueTable } from '../../parts/ValueTable';

export function PairsTable({ group }: { group: Group }) {
  const { task, measures, sides, answer } = group;
  const { energy, latency, batch } = measures;
  const columns: ValueColumn<Pair>[] = [
    { name: 'Model', cell: ({ baseline }) => <Link to="model" state={{ id: baseline.modelId, task: task.name }}>{baseline.nickname}</Link> },
    { name: 'Configuration', cell: ({ baseline }) => detailsOf(baseline).join(' · ') },
    ...(['candidate', 'baseline'] as const).flatMap((side): ValueColumn<Pair>[] => {
      const gpu = sides[side];
      return [
        {
          name: `Run on ${gpu}`,
          cell: (pair) => (
            <Link to="run" state={{ id: pair[side].id }} aria-label={`Run of ${pair[side].nickname} on ${gpusOf(pair[side])}`}>
              {gpusOf(pair[side])}
            </Link>
          ),
        },
        { name: `${gpu}: ${batch.shortName.toLowerCase()}`, isNumber: true, cell: (pair) => counted(pairValue(batch, pair[side])) },
        { name: `${gpu}: ${latency.shortName}`, unit: latency.unit, isNumber: true, cell: (pair) => measured(pairValue(latency, pair[side])) },
        { name: `${gpu}: energy`, unit: energy.unit, isNumber: true, cell: (pair) => measured(pairValue(energy, pair[side])) },
      ];
    }),
    { name: 'Change of energy', isNumber: true, cell: ({ energyChange }) => percentage(energyChange ?? NaN) },
    { name: 'Change of latency', isNumber: true, cell: ({ latencyChange }) => percentage(latencyChange ?? NaN) },
  ];
  return (
    <ValueTable
      caption={`Pairs of runs of ${task.displayName} on ${sides.baseline} and ${sides.candidate}`}
      columns={columns}
      rows={answer.pairs}
      keyOf={({ baseline }) => baseline.id}
    />
  );
}
