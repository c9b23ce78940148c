// Deadlines as buttons.
import { measured } from '../../data/format';

interface PresetsProps {
  presets: readonly number[];
  unit: string;
  deadline: number | null;
  onChoose: (deadline: number | null) => void;
}

export function Presets({ presets, unit, deadline, onChoose }: PresetsProps) {
  return (
    <div className="deadline-presets" role="group" aria-label="Presets of the deadline">
      {presets.map((preset) => (
        <button key={preset} type="button" className="chip" aria-pressed={preset === deadline} onClick={() => onChoose(preset)}>
          {textOf(preset)}
          <span className={preset === deadline ? '' : 'visually-hidden'}> {unit}</span>
        </button>
      ))}
      <button type="button" className="chip" aria-pressed={deadline === null} onClick={() => onChoose(null)}>
        No deadline
      </button>
    </div>
  );
}

function textOf(preset: number): string {
  return Number.isInteger(preset) ? preset.toLocaleString('en-US') : measured(preset);
}
