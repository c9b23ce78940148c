/** The leaderboard's data loader over GraphQL: the functions of the static site, one request each. */

import { allNodes, ask, type Page } from "./graph.js";
import {
  orderedDiffusionRuns,
  orderedLLMRuns,
  withSortedKeys,
  type DiffusionOrder,
  type LLMOrder,
} from "./order.js";
import type {
  AnyModelDetail,
  AnyTaskData,
  Configuration,
  Distribution,
  ImageConfiguration,
  IndexData,
  ImageModelConfiguration,
  ModelConfiguration,
  ModelInfo,
  VideoConfiguration,
  VideoModelConfiguration,
} from "./payloads.js";
import { DATED_INDEX, INDEX, MODEL, TASK } from "./queries.js";

/** Text of the leaderboard that is not data: the note on runs that are both data and expert parallel. */
const DATA_AND_EXPERT_PARALLEL = "DP for attention, EP for MLP experts";

/** The task whose payloads say `image`; those of every other diffusion task say `video`. */
const IMAGE_TASK = "text-to-image";

/** Length of the date at the start of an ISO 8601 time. */
const DATE_LENGTH = 10;

const MODEL_FILE = /^models\/([^/]+?)__([^/]+)__([^/]+)\.json$/;

type Kind = "LLM" | "MLLM" | "DIFFUSION";

interface IndexAnswer {
  dataset?: { loadedAt: string };
  tasks: { name: string; kind: Kind; runCount: number }[];
  models: Page<Omit<ModelInfo, "architecture"> & { architecture: string | null; modelId: string; runCount: number }>;
}

type Parallelism = "data_parallel" | "expert_parallel" | "tensor_parallel";
type LLMRun = Omit<ModelConfiguration, "output_length_distribution" | "parallelization"> &
  Pick<Configuration, Parallelism> &
  LLMOrder & { id: string };
type DiffusionRun = Omit<ImageModelConfiguration | VideoModelConfiguration, "parallelization"> &
  Pick<ImageConfiguration, "ring_degree" | "ulysses_degree"> &
  DiffusionOrder;

interface TaskAnswer {
  task: { displayName: string; kind: Kind } | null;
  llmRuns: Page<Configuration & LLMOrder>;
  diffusionRuns: Page<(ImageConfiguration | VideoConfiguration) & DiffusionOrder>;
}

interface ModelAnswer {
  model: (Omit<ModelInfo, "architecture"> & { architecture: string | null }) | null;
  llmRuns: Page<LLMRun> & {
    outputLengthDistribution: {
      edges: number[];
      counts: number[];
      runs: { counts: number[]; run: { id: string } }[];
    };
  };
  diffusionRuns: Page<DiffusionRun>;
}

export interface DataLoader {
  /** Load the payload of `index.json`. */
  loadIndexData(): Promise<IndexData>;
  /** Load the payload of `tasks/{task}.json`. */
  loadTaskData(task: string): Promise<AnyTaskData>;
  /** Load the payload of `models/{org}__{model}__{task}.json`, given that path. */
  loadModelDetail(detailFile: string): Promise<AnyModelDetail>;
}

/**
 * Return the data loader of a graph.
 *
 * Its functions reject with an `Error` if the graph cannot be reached, answers with an error, or has no such task or
 * model.
 *
 * @param endpoint The graph's address, such as `http://127.0.0.1:8000/graphql`.
 * @param options.lastUpdated The date that the site shows, as `2026-02-16`. In the published file it is the day on which
 *   the file was built, which is not in the dataset; by default, it is the day on which the server loaded the dataset.
 */
export function dataLoader(endpoint: string, { lastUpdated }: { lastUpdated?: string } = {}): DataLoader {
  return {
    loadIndexData: async () => {
      const answer = await ask<IndexAnswer>(endpoint, lastUpdated ? INDEX : DATED_INDEX, {});
      return withSortedKeys(indexData(answer, lastUpdated ?? answer.dataset?.loadedAt.slice(0, DATE_LENGTH) ?? ""));
    },

    loadTaskData: async (task) => {
      const variables = { task, name: task, images: task === IMAGE_TASK };
      return withSortedKeys(taskData(task, await ask<TaskAnswer>(endpoint, TASK, variables)));
    },

    loadModelDetail: async (detailFile) => {
      const { model, task } = modelAndTask(detailFile);
      const variables = { model, id: model, task, images: task === IMAGE_TASK };
      return withSortedKeys(modelDetail(model, task, await ask<ModelAnswer>(endpoint, MODEL, variables)));
    },
  };
}

/** Return the path of a model's payload in a task, as the pages request it. */
export function detailFile(model: string, task: string): string {
  return `models/${model.replace("/", "__")}__${task}.json`;
}

function modelAndTask(file: string): { model: string; task: string } {
  const [, org, name, task] = MODEL_FILE.exec(file) ?? [];
  if (!org || !name || !task) {
    throw new Error(`'${file}' is no path of a model: allowed is models/{org}__{model}__{task}.json`);
  }
  return { model: `${org}/${name}`, task };
}

function indexData(answer: IndexAnswer, lastUpdated: string): IndexData {
  // The payload has only tasks and models with a stable run, which `runCount` counts.
  const tasks = answer.tasks.filter((task) => task.runCount > 0);
  const names = (kind?: Kind): string[] =>
    tasks
      .filter((task) => !kind || task.kind === kind)
      .map((task) => task.name)
      .sort();
  const models: IndexData["models"] = {};
  for (const { modelId, runCount, architecture, ...model } of allNodes(answer.models)) {
    if (runCount > 0) models[modelId] = architecture ? { ...model, architecture } : model;
  }
  return {
    architectures: { diffusion: names("DIFFUSION"), llm: names("LLM"), mllm: names("MLLM") },
    last_updated: lastUpdated,
    models,
    tasks: names(),
  };
}

function taskData(task: string, answer: TaskAnswer): AnyTaskData {
  if (!answer.task) throw new Error(`The graph has no task '${task}'`);
  const names = { task, task_display_name: answer.task.displayName };
  if (answer.task.kind === "DIFFUSION") {
    return { architecture: "diffusion", configurations: orderedDiffusionRuns(allNodes(answer.diffusionRuns)), ...names };
  }
  return { configurations: orderedLLMRuns(allNodes(answer.llmRuns)), ...names };
}

function modelDetail(modelId: string, task: string, answer: ModelAnswer): AnyModelDetail {
  const runs = orderedLLMRuns(allNodes(answer.llmRuns));
  const diffusionRuns = orderedDiffusionRuns(allNodes(answer.diffusionRuns));
  if (!answer.model || !(runs.length || diffusionRuns.length)) {
    throw new Error(`The graph has no stable run of '${modelId}' in '${task}'`);
  }
  const { architecture, nickname, ...columns } = answer.model;
  const model = { ...columns, model_id: modelId, task };
  if (!runs.length) return { ...model, nickname, configurations: diffusionRuns.map(diffusionConfiguration) };

  const { edges, counts, runs: distributions } = answer.llmRuns.outputLengthDistribution;
  const countsOf = new Map(distributions.map((distribution) => [distribution.run.id, distribution.counts]));
  return {
    ...model,
    architecture,
    configurations: runs.map(({ id, ...run }) => {
      const own = countsOf.get(id);
      return llmConfiguration(run, own ? { bins: edges, counts: own } : { bins: [], counts: [] });
    }),
    output_length_distribution: { bins: edges, counts },
  };
}

function llmConfiguration(
  { data_parallel, expert_parallel, tensor_parallel, ...run }: Omit<LLMRun, "id" | keyof LLMOrder>,
  lengths: Distribution,
): ModelConfiguration {
  const both = (data_parallel ?? 1) > 1 && (expert_parallel ?? 1) > 1;
  return {
    ...run,
    output_length_distribution: lengths,
    parallelization: { data_parallel, expert_parallel, tensor_parallel, notes: both ? DATA_AND_EXPERT_PARALLEL : "" },
  };
}

function diffusionConfiguration({ ring_degree, ulysses_degree, ...run }: Omit<DiffusionRun, keyof DiffusionOrder>) {
  return { ...run, parallelization: { ring_degree, ulysses_degree } } as
    | ImageModelConfiguration
    | VideoModelConfiguration;
}
