// Columns of the table of models, and the models that a search finds.
import type { Measure } from '../../data/measures';
import type { Ranked } from '../../data/ranking';
import { numberOf } from '../../data/runs';
import type { Model } from './load';

export interface ModelRow {
  model: Model;
  /** The run with the least energy in the chosen task. */
  best: Ranked | undefined;
}

export interface ModelColumn {
  /** Name in the URL: that of the dataset's column where there is one. */
  name: string;
  title: string;
  unit: string | null;
  isNumber: boolean;
  value: (row: ModelRow) => string | number | null;
}

export function modelColumns(energy: Measure | null): readonly ModelColumn[] {
  return [
    text('nickname', 'Model', ({ nickname, modelId }) => nickname ?? modelId),
    ...(energy ? [leastEnergy(energy)] : []),
    text('org', 'Organisation', ({ org }) => org),
    text('architecture', 'Architecture', ({ architecture }) => architecture),
    number('total_params_billions', 'Total parameters', '10⁹', ({ totalParamsBillions }) => totalParamsBillions),
    number('activated_params_billions', 'Active parameters', '10⁹', ({ activatedParamsBillions }) => activatedParamsBillions),
    text('weight_precision', 'Precision', ({ weightPrecision }) => weightPrecision),
    number('run_count', 'Stable runs', null, ({ runCount }) => runCount),
  ];
}

/** Whether the name or id of a model contains each word of a search. */
export function isFound({ nickname, modelId }: Model, search: string): boolean {
  const names = `${nickname ?? ''} ${modelId}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => names.includes(word));
}

function leastEnergy({ column, name, unit, field }: Measure): ModelColumn {
  const value = ({ best }: ModelRow) => (best ? numberOf(best.run, field) : null);
  return { name: column, title: `Least ${name.charAt(0).toLowerCase()}${name.slice(1)}`, unit, isNumber: true, value };
}

function text(name: string, title: string, value: (model: Model) => string | null): ModelColumn {
  return { name, title, unit: null, isNumber: false, value: ({ model }) => value(model) };
}

function number(name: string, title: string, unit: string | null, value: (model: Model) => number | null): ModelColumn {
  return { name, title, unit, isNumber: true, value: ({ model }) => value(model) };
}
