// One chip for each GPU model of the loaded runs; all pressed means no filter.
import { counted } from '../data/format';
import { filtered } from '../data/ranking';
import { tableOf } from '../data/shell';
import { GpuMarkIcon } from '../parts/GpuMarkIcon';
import { passes } from '../state/filters';
import { distinct, GPU_COLUMN, without } from './facets';
import type { FilterBarProps } from './FilterBar';

export function GpuChips({ shell, task, runs, state, change }: FilterBarProps) {
  const { filters } = state;
  const all = distinct(runs, 'gpuModel');
  const models = shell.gpus.map(({ model }) => model).filter((model) => all.has(model));
  const counts = distinct(filtered(runs, without(filters, GPU_COLUMN), shell, tableOf(task)), 'gpuModel');
  const filter = filters[GPU_COLUMN];
  const isPressed = (model: string) => filter === undefined || passes(filter, model);
  const toggle = (model: string) => {
    const pressed = models.filter((each) => (each === model ? !isPressed(each) : isPressed(each)));
    const isAll = pressed.length === 0 || pressed.length === models.length;
    change({ page: undefined, filters: isAll ? without(filters, GPU_COLUMN) : { ...filters, [GPU_COLUMN]: { in: pressed } } });
  };
  if (models.length < 2 && filter === undefined) return null;
  return (
    <div className="filter-chips" role="group" aria-label="GPU models">
      {models.map((model) => (
        <button key={model} type="button" className="chip" aria-pressed={isPressed(model)} onClick={() => toggle(model)}>
          {isPressed(model) && <span aria-hidden="true" className="wide-only">✓ </span>}
          <GpuMarkIcon shell={shell} gpuModel={model} /> {model} <span className="filter-count">{counted(counts.get(model)?.count ?? 0)}</span>
        </button>
      ))}
    </div>
  );
}
