// Figures of a timeline beneath the curves: a row per figure, with the steady state and the whole run side by side.
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
  /** None for diffusion runs. */
  steady: Figures | null;
  hasEnergy: boolean;
}

interface Row {
  name: string;
  textOf: (figures: Figures) => string;
}

export function PowerNumbers({ whole, steady, hasEnergy }: PowerNumbersProps) {
  const { unit, devices } = whole;
  if (!hasEnergy && devices.length > 1) return null; // sums of temperatures mean nothing
  const rows: Row[] = [
    { name: `Mean (${unit})`, textOf: ({ mean }) => measured(mean) },
    { name: `Minimum (${unit})`, textOf: ({ min }) => measured(min) },
    { name: `Maximum (${unit})`, textOf: ({ max }) => measured(max) },
    { name: 'Samples', textOf: ({ sampleCount }) => counted(sampleCount) },
  ];
  if (hasEnergy) {
    rows.splice(1, 0, { name: 'Energy, integrated (J)', textOf: ({ energyJoules }) => measured(energyJoules) });
    rows.splice(2, 0, { name: 'Energy, reported (J)', textOf: ({ reportedEnergyJoules }) => measured(reportedEnergyJoules) });
  }
  const subject = devices.length > 1 ? `Sum of ${devices.length} GPUs` : 'One GPU';
  return (
    <div className="run-power-numbers">
      <ValueTable
        caption="Figures of the timeline"
        columns={[
          { name: subject, cell: ({ name }) => name },
          ...(steady ? [{ name: 'Steady state', isNumber: true, cell: ({ textOf }: Row) => textOf(steady) }] : []),
          { name: 'Whole run', isNumber: true, cell: ({ textOf }) => textOf(whole) },
        ]}
        rows={rows}
        keyOf={({ name }) => name}
      />
    </div>
  );
}
