/**
 * The order of the published files.
 *
 * Rows are ordered by configuration, then by repeats, seed and path of the raw file, where a missing value counts as 1
 * repeat, seed 0 or no path. The server's `orderBy` orders equal rows by id. Here, equal rows must stay in the order of
 * the dataset: its published part has neither seeds nor paths, and runs that differ only in these.
 */

type Key = readonly (string | number | boolean)[];

function compare(left: Key, right: Key): number {
  for (const [at, value] of left.entries()) {
    const other = right[at]!;
    if (value < other) return -1;
    if (value > other) return 1;
  }
  return 0;
}

/** A row without some of its columns; of a union, each row without them. */
type Without<Row, Columns extends string> = Row extends unknown ? Omit<Row, Columns> : never;

function ordered<Row>(rows: { key: Key; row: Row }[]): Row[] {
  return rows.sort((left, right) => compare(left.key, right.key)).map(({ row }) => row);
}

/** Columns that order LLM runs and that the payload does not have. */
export interface LLMOrder {
  numRequestRepeats: number | null;
  seed: number | null;
  resultsPath: string | null;
}

interface LLMConfiguration {
  model_id?: string;
  gpu_model: string;
  num_gpus: number;
  max_num_seqs: number;
}

/** Order LLM runs of one task, and remove the columns that the payload does not have. */
export function orderedLLMRuns<Run extends LLMConfiguration & LLMOrder>(
  runs: Run[],
): Without<Run, keyof LLMOrder>[] {
  return ordered(
    runs.map((run) => {
      const { numRequestRepeats, seed, resultsPath, ...row } = run;
      const configuration = [run.model_id ?? "", run.gpu_model, run.num_gpus, run.max_num_seqs];
      return {
        key: [...configuration, numRequestRepeats || 1, seed ?? 0, resultsPath ?? ""],
        row: row as Without<Run, keyof LLMOrder>,
      };
    }),
  );
}

/** Columns that order diffusion runs and that the payload does not have. */
export interface DiffusionOrder {
  useTorchCompile: boolean | null;
  resultsPath: string | null;
}

interface DiffusionConfiguration {
  model_id?: string;
  gpu_model: string;
  num_gpus: number;
  batch_size: number;
  inference_steps: number | null;
  ulysses_degree: number | null;
  ring_degree: number | null;
  image_height?: number;
  image_width?: number;
  video_height?: number;
  video_width?: number;
}

/** Order diffusion runs of one task, and remove the columns that the payload does not have. */
export function orderedDiffusionRuns<Run extends DiffusionConfiguration & DiffusionOrder>(
  runs: Run[],
): Without<Run, keyof DiffusionOrder>[] {
  return ordered(
    runs.map((run) => {
      const { useTorchCompile, resultsPath, ...row } = run;
      return {
        key: [
          run.model_id ?? "",
          run.gpu_model,
          run.num_gpus,
          run.batch_size,
          run.image_height ?? run.video_height ?? 0,
          run.image_width ?? run.video_width ?? 0,
          run.inference_steps ?? 0,
          run.ulysses_degree ?? 0,
          run.ring_degree ?? 0,
          useTorchCompile ?? false,
          resultsPath ?? "",
        ],
        row: row as Without<Run, keyof DiffusionOrder>,
      };
    }),
  );
}

/** Return a value with the keys of all its objects in ascending order, as the published files have them. */
export function withSortedKeys<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(withSortedKeys) as Value;
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, withSortedKeys(each)])) as Value;
}
