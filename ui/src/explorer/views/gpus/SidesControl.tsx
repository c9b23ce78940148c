// Choice of the baseline and the candidate among the dataset's GPU models.
import type { Sides } from '../../data/pairs';
import type { Shell } from '../../data/shell';
import { GpuMarkIcon } from '../../parts/GpuMarkIcon';
import type { Change } from '../../state/useViewState';

interface SidesControlProps {
  shell: Shell;
  sides: Sides;
  change: (change: Change) => void;
}

const ROLES = ['baseline', 'candidate'] as const;

export function SidesControl({ shell, sides, change }: SidesControlProps) {
  const isChoice = shell.gpus.length > 2;
  return (
    <div className="gpus-sides" role="group" aria-label="GPU models">
      {ROLES.map((role) => (
        <label key={role} className="gpus-side">
          <span className="muted">{role === 'baseline' ? 'Baseline' : 'Candidate'}</span>
          <GpuMarkIcon shell={shell} gpuModel={sides[role]} />
          {isChoice ? (
            <select value={sides[role]} onChange={(event) => change(chosen(sides, role, event.target.value))}>
              {[...new Set([...shell.gpus.map(({ model }) => model), sides[role]])].map((model) => (
                <option key={model}>{model}</option>
              ))}
            </select>
          ) : (
            <b>{sides[role]}</b>
          )}
        </label>
      ))}
      <button type="button" className="button" onClick={() => change({ baseline: sides.candidate, candidate: sides.baseline })}>
        Swap
      </button>
    </div>
  );
}

/** Choosing the other side's GPU model swaps the two. */
function chosen(sides: Sides, role: (typeof ROLES)[number], model: string): Sides {
  const other = role === 'baseline' ? 'candidate' : 'baseline';
  return { ...sides, [role]: model, ...(sides[other] === model ? { [other]: sides[role] } : {}) };
}
