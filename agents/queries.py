"""GraphQL documents of the tools."""

from __future__ import annotations

OVERVIEW = """query overview {
  dataset { name revision synthetic staleBecause llmRunCount diffusionRunCount modelCount license url }
  tasks { name displayName kind runCount }
  gpus { model vendor memoryGib tdpWatts runCount }
  llmRuns(first: 0, stability: ANY) { facets(of: [ARCHITECTURE, WEIGHT_PRECISION]) { field values { value count } } }
  diffusionRuns(first: 0) { facets(of: [WEIGHT_PRECISION]) { field values { value count } } }
}"""

KIND_OF_TASK = "query kindOfTask($task: ID!) { task(name: $task) { kind } tasks { name } }"

FIND_MODELS = """query findModels($search: String, $where: MLEnergyModelFilter, $first: Int!) {
  models(search: $search, where: $where, first: $first) {
    totalCount
    nodes {
      modelId nickname architecture totalParamsBillions activatedParamsBillions weightPrecision
      runsByTask { task { name } runCount }
      runsByGpu { gpu { model } runCount }
    }
  }
}"""

_LLM_RUN = """fragment run on LLMRun {
  id modelId nickname task gpuModel numGpus parallelism weightPrecision maxNumSeqs avgBatchSize
  energyPerTokenJoules medianItlMs outputThroughputTokensPerSec avgPowerWatts
}"""

_DIFFUSION_RUN = """fragment run on DiffusionRun {
  id modelId nickname task gpuModel numGpus parallelism weightPrecision batchSize inferenceSteps height width numFrames
  energyPerGenerationJoules batchLatencyS throughputGenerationsPerSec avgPowerWatts
}"""

_BEST = """query bestRun(
  $where: %(kind)sFilter!, $by: %(kind)sMetric!, $goal: MLEnergyGoal!, $per: [%(kind)sKey!], $order: [%(kind)sOrder!],
  $first: Int!
) {
  %(field)s(where: $where, first: 0) {
    totalCount
    emptyBecause { condition runCount }
    bestRuns(by: $by, goal: $goal, per: $per, orderBy: $order, first: $first) { totalCount nodes { ...run } }
  }
}

%(run)s"""

_COMPARE = """query compareGpus(
  $where: %(kind)sFilter!, $match: [%(kind)sKey!]!, $baseline: String!, $candidate: String!, $by: %(kind)sMetric!,
  $goal: MLEnergyGoal!
) {
  %(field)s(where: $where, first: 0) {
    totalCount
    emptyBecause { condition runCount }
    pairs(
      match: $match, differ: GPU_MODEL, baseline: $baseline, candidate: $candidate, pick: { by: $by, goal: $goal }
      compare: [$by]
    ) {
      count
      unmatched
      summary { metric decreased increased unchanged min median max }
      pairs { baseline { ...run } candidate { ...run } changes { metric baseline candidate relativeChange } }
    }
  }
}

%(run)s"""

_LLM = {"kind": "LLMRun", "field": "llmRuns", "run": _LLM_RUN}
_DIFFUSION = {"kind": "DiffusionRun", "field": "diffusionRuns", "run": _DIFFUSION_RUN}

# By root field.
BEST = {"llmRuns": _BEST % _LLM, "diffusionRuns": _BEST % _DIFFUSION}
COMPARE = {"llmRuns": _COMPARE % _LLM, "diffusionRuns": _COMPARE % _DIFFUSION}
ENERGY = {"llmRuns": "ENERGY_PER_TOKEN_JOULES", "diffusionRuns": "ENERGY_PER_GENERATION_JOULES"}
# Columns in which two runs are equal if they do the same work.
SAME_WORK = {
    "llmRuns": ["TASK", "MODEL_ID", "WEIGHT_PRECISION"],
    "diffusionRuns": [
        *("TASK", "MODEL_ID", "WEIGHT_PRECISION"),
        *("HEIGHT", "WIDTH", "NUM_FRAMES", "INFERENCE_STEPS"),
    ],
}
