// Models that a sweep can be chosen for: those with runs of the task.
import type { Run } from '../../data/runs';

export interface ModelChoice {
  modelId: string;
  nickname: string;
  runCount: number;
}

/** Models by name, then id. */
export function modelsIn(runs: readonly Run[]): readonly ModelChoice[] {
  const models = new Map<string, ModelChoice>();
  for (const { modelId, nickname } of runs) {
    const known = models.get(modelId);
    models.set(modelId, { modelId, nickname, runCount: (known?.runCount ?? 0) + 1 });
  }
  return [...models.values()].sort((one, other) => one.nickname.localeCompare(other.nickname, 'en') || (one.modelId < other.modelId ? -1 : 1));
}

/** The model with the most runs; of several, the first by name. */
export function mostMeasured(models: readonly ModelChoice[]): ModelChoice | undefined {
  return models.reduce<ModelChoice | undefined>((most, model) => (most === undefined || model.runCount > most.runCount ? model : most), undefined);
}

/** Models whose id or name shares the most words with a text, at most five. */
export function modelsNear(models: readonly ModelChoice[], text: string): readonly ModelChoice[] {
  const wanted = wordsOf(text);
  const scored = models.map((model) => {
    const words = wordsOf(`${model.modelId} ${model.nickname}`);
    return { model, score: [...wanted].filter((word) => words.has(word)).length };
  });
  return scored
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score)
    .slice(0, 5)
    .map(({ model }) => model);
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.toLowerCase().match(/[a-z]+|\d+/g) ?? []);
}
