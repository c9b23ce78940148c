// Figures of a timeline beneath the curves: of the steady state and of the whole run.
import { counted, measured } from '../../data/format';
import { ValueTable } from '../../parts/ValueTable';

interface Figures {
  sampleCount: number;
  mean: number;
  min: number;
  max: number;
  energyJoules: number | null;
  reportedEnergyJoules: number | null;
}

interface PowerNumbersProps {
  whole: Figures & { unit: string; devices: readonly unknown[] };
  steady: Figures | null;
  hasEnergy: boolean;
}

export function PowerNumbers({ whole, steady, hasEnergy }: PowerNumbersProps) {
  const { unit, devices } = whole;
  if (!hasEnergy && devices.length > 1) return null; // sums of temperatures mean nothing
  const rows = [...(steady ? [{ name: 'Steady state', ...steady }] : []), { name: 'Whole run', ...whole }];
  type Row = (typeof rows)[number];
  const number = (name: string, field: 'mean' | 'min' | 'max') => ({ name, unit, isNumber: true, cell: (row: Row) => measured(row[field]) });
  const energy = (name: string, field: 'energyJoules' | 'reportedEnergyJoules') => ({ name, unit: 'J', isNumber: true, cell: (row: Row) => measured(row[field]) });
  return (
    <div className="table-scroll run-power-numbers">
      <ValueTable
        caption={devices.length > 1 ? `Figures of the sum of ${devices.length} GPUs` : 'Figures of the GPU'}
        columns={[
          { name: devices.length > 1 ? `Sum of ${devices.length} GPUs` : 'Part of the run', cell: ({ name }) => name },
          { name: 'Samples', isNumber: true, cell: ({ sampleCount }) => counted(sampleCount) },
          number('Mean', 'mean'),
          number('Minimum', 'min'),
          number('Maximum', 'max'),
          ...(hasEnergy ? [energy('Energy, integrated', 'energyJoules'), energy('Energy, reported', 'reportedEnergyJoules')] : []),
        ]}
        rows={rows}
        keyOf={({ name }) => name}
      />
    </div>
  );
}
