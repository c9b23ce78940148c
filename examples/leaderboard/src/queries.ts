/**
 * One query per payload. Aliases give the columns the names of the payload, so that a row of the answer is a row of the
 * payload. Fields without an alias serve the loader: they order the rows or join them, and are removed.
 *
 * The argument `first` is the server's default for `--max-page-size`; the loader refuses an incomplete page.
 */

const TASKS_AND_MODELS = `
  tasks { name kind runCount }
  models(first: 2000) {
    pageInfo { hasNextPage }
    nodes {
      modelId
      runCount
      activated_params_billions: activatedParamsBillions
      architecture
      nickname
      total_params_billions: totalParamsBillions
      weight_precision: weightPrecision
    }
  }
`;

/** Tasks and models. */
export const INDEX = `query LeaderboardIndex {${TASKS_AND_MODELS}}`;

/** The index with the time at which the server loaded the data. Each server has its own, so this is not cached. */
export const DATED_INDEX = `query LeaderboardDatedIndex { dataset { loadedAt } ${TASKS_AND_MODELS}}`;

const LLM_FIGURES = `
fragment LLMFigures on LLMRun {
  numRequestRepeats
  seed
  resultsPath
  avg_batch_size: avgBatchSize
  avg_output_len: avgOutputLen
  avg_power_watts: avgPowerWatts
  data_parallel: dataParallel
  energy_per_request_joules: energyPerRequestJoules
  energy_per_token_joules: energyPerTokenJoules
  expert_parallel: expertParallel
  gpu_model: gpuModel
  max_num_seqs: maxNumSeqs
  median_itl_ms: medianItlMs
  num_gpus: numGpus
  output_throughput_tokens_per_sec: outputThroughputTokensPerSec
  p90_itl_ms: p90ItlMs
  p95_itl_ms: p95ItlMs
  p99_itl_ms: p99ItlMs
  tensor_parallel: tensorParallel
}`;

const DIFFUSION_FIGURES = `
fragment DiffusionFigures on DiffusionRun {
  useTorchCompile
  resultsPath
  avg_power_watts: avgPowerWatts
  batch_latency_s: batchLatencyS
  batch_size: batchSize
  gpu_model: gpuModel
  inference_steps: inferenceSteps
  num_gpus: numGpus
  ring_degree: ringDegree
  ulysses_degree: ulyssesDegree
  ...ImageFigures @include(if: $images)
  ...VideoFigures @skip(if: $images)
}

fragment ImageFigures on DiffusionRun {
  energy_per_image_joules: energyPerGenerationJoules
  image_height: height
  image_width: width
  throughput_images_per_sec: throughputGenerationsPerSec
}

fragment VideoFigures on DiffusionRun {
  energy_per_video_joules: energyPerGenerationJoules
  fps
  num_frames: numFrames
  throughput_videos_per_sec: throughputGenerationsPerSec
  video_height: height
  video_width: width
}`;

/** Runs of a task. Of the two lists, the one of the other kind of runs is empty. */
export const TASK = `
query LeaderboardTask($task: ID!, $name: String!, $images: Boolean!) {
  task(name: $task) { displayName kind }
  llmRuns(first: 2000, where: {task: {eq: $name}}) {
    pageInfo { hasNextPage }
    nodes {
      activated_params_billions: activatedParamsBillions
      architecture
      model_id: modelId
      nickname
      total_params_billions: totalParamsBillions
      weight_precision: weightPrecision
      ...LLMFigures
    }
  }
  diffusionRuns(first: 2000, where: {task: {eq: $name}}) {
    pageInfo { hasNextPage }
    nodes {
      activated_params_billions: activatedParamsBillions
      model_id: modelId
      nickname
      total_params_billions: totalParamsBillions
      weight_precision: weightPrecision
      ...DiffusionFigures
    }
  }
}
${LLM_FIGURES}
${DIFFUSION_FIGURES}`;

/** Runs of a model in a task, with the distribution of the output lengths of LLM runs. */
export const MODEL = `
query LeaderboardModel($model: ID!, $id: String!, $task: String!, $images: Boolean!) {
  model(modelId: $model) {
    activated_params_billions: activatedParamsBillions
    architecture
    nickname
    total_params_billions: totalParamsBillions
    weight_precision: weightPrecision
  }
  llmRuns(first: 2000, where: {modelId: {eq: $id}, task: {eq: $task}}) {
    pageInfo { hasNextPage }
    nodes { id ...LLMFigures }
    outputLengthDistribution(bins: 50) {
      edges
      counts
      runs { counts run { id } }
    }
  }
  diffusionRuns(first: 2000, where: {modelId: {eq: $id}, task: {eq: $task}}) {
    pageInfo { hasNextPage }
    nodes { ...DiffusionFigures }
  }
}
${LLM_FIGURES}
${DIFFUSION_FIGURES}`;
