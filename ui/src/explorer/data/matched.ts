// What a run computed, whatever GPUs it ran on: model, precision, and for diffusion the size of the output.
import type { PairRun } from './pairs';
import type { Run } from './runs';

/** Columns in which the two runs of a pair are equal, with the text of a value. */
const DETAILS: readonly { name: string; text: (run: Run | PairRun) => string | null }[] = [
  { name: 'Precision', text: ({ weightPrecision }) => weightPrecision },
  { name: 'Resolution', text: (run) => ('height' in run ? `${run.width}×${run.height}` : null) },
  { name: 'Frames', text: (run) => ('numFrames' in run && run.numFrames !== null ? `${run.numFrames} frames` : null) },
  { name: 'Steps', text: (run) => ('inferenceSteps' in run && run.inferenceSteps !== null ? `${run.inferenceSteps} steps` : null) },
];

/** Precision, resolution, frames and steps, those that the run has. */
export function detailsOf(run: Run | PairRun): readonly string[] {
  return DETAILS.flatMap(({ text }) => text(run) ?? []);
}

/** Equal for the runs that may be paired. */
export function configurationOf(run: Run | PairRun): string {
  return JSON.stringify([run.nickname, ...DETAILS.map(({ text }) => text(run))]);
}

/** `models`, or `configurations` where a model occurs more than once. */
export function nounOf(runs: readonly (Run | PairRun)[]): 'model' | 'configuration' {
  return new Set(runs.map(({ nickname }) => nickname)).size === runs.length ? 'model' : 'configuration';
}
