// Names of columns in sentences, headers and chips, and filters in words.
import { counted, measured } from '../data/format';
import { fieldOf, type Run } from '../data/runs';
import type { Column } from '../data/shell';
import { type Filter, isRange } from '../state/filters';

/** Short names of the columns of V3; another column is named after itself. */
const NAMES: Readonly<Record<string, string>> = {
  model_id: 'model',
  nickname: 'model name',
  total_params_billions: 'total parameters',
  activated_params_billions: 'active parameters',
  weight_precision: 'precision',
  gpu_model: 'GPU',
  num_gpus: 'number of GPUs',
  max_num_seqs: 'max. batch',
  batch_size: 'batch',
  num_request_repeats: 'request repeats',
  tensor_parallel: 'tensor parallelism',
  expert_parallel: 'expert parallelism',
  data_parallel: 'data parallelism',
  ulysses_degree: 'Ulysses degree',
  ring_degree: 'ring degree',
  use_torch_compile: 'torch.compile',
  steady_state_energy_joules: 'steady-state energy',
  steady_state_duration_seconds: 'steady-state duration',
  energy_per_token_joules: 'energy per token',
  energy_per_request_joules: 'energy per response',
  energy_per_generation_joules: 'energy per generation',
  output_throughput_tokens_per_sec: 'output throughput',
  request_throughput_req_per_sec: 'request throughput',
  throughput_generations_per_sec: 'throughput',
  avg_power_watts: 'average power',
  avg_output_len: 'average output length',
  avg_batch_size: 'average batch',
  mean_itl_ms: 'mean ITL',
  median_itl_ms: 'median ITL',
  p50_itl_ms: 'p50 ITL',
  p90_itl_ms: 'p90 ITL',
  p95_itl_ms: 'p95 ITL',
  p99_itl_ms: 'p99 ITL',
  batch_latency_s: 'batch latency',
  inference_steps: 'denoising steps',
  num_frames: 'frames',
  fps: 'frame rate',
  is_stable: 'stable',
  unstable_reason: 'reason for instability',
  results_path: 'results file',
  prometheus_path: 'Prometheus file',
};

/** More values than this are counted in a chip instead of listed. */
const MOST_LISTED = 3;

/** Name of a column within a sentence: `precision`. */
export function nameOf(column: string): string {
  return NAMES[column] ?? column.replaceAll('_', ' ');
}

/** Name of a column at the start of a line: `Precision`, but `p99 ITL`. */
export function titleOf(column: string): string {
  const name = nameOf(column);
  return /^(p\d|torch\.)/.test(name) ? name : name.charAt(0).toUpperCase() + name.slice(1);
}

/** Names of models by id, for filters on `model_id`. */
export function modelNames(runs: readonly Run[]): ReadonlyMap<string, string> {
  return new Map(runs.map(({ modelId, nickname }) => [modelId, nickname]));
}

/** A value of a column as text, in the words of filters. */
export function valueText(column: Pick<Column, 'name' | 'type'>, value: string, models: ReadonlyMap<string, string>): string {
  if (column.name === 'model_id') return models.get(value) ?? value;
  if (column.type === 'boolean') return value === 'true' ? 'yes' : value === 'false' ? 'no' : value;
  return column.type === 'int' && /^-?\d+$/.test(value) ? counted(Number(value)) : value;
}

/** A filter in words: `precision fp8, bfloat16`, `max. batch 16 to 128`, `median ITL at most 50.0 ms`. */
export function filterText(column: Pick<Column, 'name' | 'type' | 'unit'>, filter: Filter, models: ReadonlyMap<string, string>): string {
  const name = nameOf(column.name);
  if (!isRange(filter)) {
    const { in: values } = filter;
    const listed = values.length <= MOST_LISTED ? values.map((value) => valueText(column, value, models)).join(', ') : `${values.length} values`;
    return `${name} ${listed}`;
  }
  const { from, to } = filter;
  const number = (bound: number) => (column.type === 'int' ? counted(bound) : measured(bound));
  const unit = column.type === 'float' && column.unit !== null ? ` ${column.unit}` : '';
  if (from === null) return `${name} at most ${number(to ?? NaN)}${unit}`;
  if (to === null) return `${name} at least ${number(from)}${unit}`;
  return `${name} ${number(from)} to ${number(to)}${unit}`;
}

/** The value of a run's field as a filter writes it; null without one. */
export function filterValue(run: Run, field: string): string | null {
  const value = fieldOf(run, field);
  return value === null || value === undefined || value === '' ? null : String(value);
}
