// States of the view without pairs: a refused GPU model, a dataset on one GPU model.
import type { GraphError } from '../../../graph/client';
import type { Sides } from '../../data/pairs';
import type { Shell } from '../../data/shell';
import { Nothing } from '../../parts/states';
import type { Change } from '../../state/useViewState';

/** The GPU models that the server suggests in place of one that the dataset does not have. */
export function Suggestions({ error, shell, sides, change }: { error: GraphError; shell: Shell; sides: Sides; change: (change: Change) => void }) {
  const isKnown = (name: string) => shell.gpus.some(({ model }) => model === name);
  const unknown = (['baseline', 'candidate'] as const).find((role) => !isKnown(sides[role]));
  if (unknown === undefined) return null;
  const other = unknown === 'baseline' ? sides.candidate : sides.baseline;
  return (
    <p className="actions">
      {error.suggestions
        .filter((model) => model !== other)
        .map((model) => (
          <button key={model} type="button" className="button" onClick={() => change({ [unknown]: model })}>
            Use {model}
          </button>
        ))}
    </p>
  );
}

export function OneGpu({ shell }: { shell: Shell }) {
  const [gpu] = shell.gpus;
  return <Nothing>A pair needs runs on two GPU models. {gpu ? `This dataset has runs on ${gpu.model} only.` : 'This dataset has none.'}</Nothing>;
}
