/** The payloads that the leaderboard's pages load, with the field names of the published files. */

/** `index.json`: tasks and models. */
export interface IndexData {
  architectures: { diffusion: string[]; llm: string[]; mllm: string[] };
  /** Date, as `2026-02-16`. */
  last_updated: string;
  /** By model id. */
  models: Record<string, ModelInfo>;
  tasks: string[];
}

export interface ModelInfo {
  activated_params_billions: number | null;
  /** Absent for diffusion models. */
  architecture?: string;
  nickname: string | null;
  total_params_billions: number | null;
  weight_precision: string | null;
}

/** `tasks/{task}.json`: the stable runs of a task. */
export type AnyTaskData = TaskData | DiffusionTaskData;

export interface TaskData {
  configurations: Configuration[];
  task: string;
  task_display_name: string;
}

export interface DiffusionTaskData {
  architecture: "diffusion";
  configurations: (ImageConfiguration | VideoConfiguration)[];
  task: string;
  task_display_name: string;
}

interface LlmFigures {
  avg_batch_size: number | null;
  avg_output_len: number | null;
  avg_power_watts: number | null;
  energy_per_request_joules: number | null;
  energy_per_token_joules: number | null;
  gpu_model: string;
  max_num_seqs: number;
  median_itl_ms: number | null;
  num_gpus: number;
  output_throughput_tokens_per_sec: number | null;
  p90_itl_ms: number | null;
  p95_itl_ms: number | null;
  p99_itl_ms: number | null;
}

interface LlmParallelism {
  data_parallel: number | null;
  expert_parallel: number | null;
  tensor_parallel: number | null;
}

interface DiffusionFigures {
  avg_power_watts: number | null;
  batch_latency_s: number | null;
  batch_size: number;
  gpu_model: string;
  inference_steps: number | null;
  num_gpus: number;
}

interface DiffusionParallelism {
  ring_degree: number | null;
  ulysses_degree: number | null;
}

interface ImageFigures {
  energy_per_image_joules: number | null;
  image_height: number;
  image_width: number;
  throughput_images_per_sec: number | null;
}

interface VideoFigures {
  energy_per_video_joules: number | null;
  fps: number | null;
  num_frames: number | null;
  throughput_videos_per_sec: number | null;
  video_height: number;
  video_width: number;
}

/** Columns of the model that every row of a task repeats. */
interface ModelColumns {
  activated_params_billions: number | null;
  model_id: string;
  nickname: string | null;
  total_params_billions: number | null;
  weight_precision: string | null;
}

export interface Configuration extends LlmFigures, LlmParallelism, ModelColumns {
  architecture: string | null;
}

export interface ImageConfiguration extends DiffusionFigures, DiffusionParallelism, ImageFigures, ModelColumns {}

export interface VideoConfiguration extends DiffusionFigures, DiffusionParallelism, VideoFigures, ModelColumns {}

/** `models/{org}__{model}__{task}.json`: the stable runs of a model in a task. */
export type AnyModelDetail = ModelDetail | DiffusionModelDetail;

export interface ModelDetail {
  activated_params_billions: number | null;
  architecture: string | null;
  configurations: ModelConfiguration[];
  model_id: string;
  output_length_distribution: Distribution;
  task: string;
  total_params_billions: number | null;
  weight_precision: string | null;
}

export interface ModelConfiguration extends LlmFigures {
  output_length_distribution: Distribution;
  parallelization: LlmParallelism & { notes: string };
}

/** Output lengths in 50 bins: 51 edges in tokens, and requests per bin. Both empty without a raw file. */
export interface Distribution {
  bins: number[];
  counts: number[];
}

export interface DiffusionModelDetail extends ModelColumns {
  configurations: (ImageModelConfiguration | VideoModelConfiguration)[];
  task: string;
}

export interface ImageModelConfiguration extends DiffusionFigures, ImageFigures {
  parallelization: DiffusionParallelism;
}

export interface VideoModelConfiguration extends DiffusionFigures, VideoFigures {
  parallelization: DiffusionParallelism;
}
