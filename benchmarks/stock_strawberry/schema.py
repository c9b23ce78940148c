"""The stock schema: row objects with plain attributes, resolvers that return lists of them."""

from __future__ import annotations

import strawberry
from strawberry.extensions import ParserCache, ValidationCache

from benchmarks.stock_strawberry.inputs import LLMRunFilter, LLMRunOrder, ModelFilter


@strawberry.type
class LLMRun:
    """One row of `runs/llm.parquet`, column for column."""

    domain: str
    task: str
    model_id: str
    nickname: str
    architecture: str
    total_params_billions: float
    activated_params_billions: float
    weight_precision: str
    gpu_model: str
    num_gpus: int
    max_num_seqs: int
    seed: int | None
    num_request_repeats: int | None
    tensor_parallel: int
    expert_parallel: int
    data_parallel: int
    steady_state_energy_joules: float | None
    steady_state_duration_seconds: float | None
    energy_per_token_joules: float | None
    energy_per_request_joules: float | None
    output_throughput_tokens_per_sec: float | None
    request_throughput_req_per_sec: float | None
    avg_power_watts: float | None
    total_output_tokens: float | None
    completed_requests: float | None
    avg_output_len: float | None
    mean_itl_ms: float | None
    median_itl_ms: float | None
    p50_itl_ms: float | None
    p90_itl_ms: float | None
    p95_itl_ms: float | None
    p99_itl_ms: float | None
    avg_batch_size: float | None
    is_stable: bool
    unstable_reason: str | None
    results_path: str | None
    prometheus_path: str | None


@strawberry.type
class LLMRunConnection:
    """A page of runs."""

    nodes: list[LLMRun]
    total_count: int


@strawberry.type
class GPU:
    """A GPU model."""

    model: strawberry.ID


@strawberry.type
class ModelGPURuns:
    """A model's runs on one GPU model."""

    gpu: GPU
    runs: strawberry.Private[list[LLMRun]]

    @strawberry.field
    def run_count(self) -> int:
        """Number of runs."""
        return len(self.runs)

    @strawberry.field
    def llm_runs(
        self,
        where: LLMRunFilter | None = None,
        order_by: list[LLMRunOrder] | None = None,
        first: int = 100,
    ) -> LLMRunConnection:
        """Return the runs that match."""
        return page(self.runs, where=where, order_by=order_by, first=first)


@strawberry.type
class Model:
    """A model with its runs, by GPU model."""

    model_id: strawberry.ID
    nickname: str
    architecture: str | None
    total_params_billions: float
    activated_params_billions: float
    weight_precision: str
    runs: strawberry.Private[dict[str, list[LLMRun]]]

    @strawberry.field
    def runs_by_gpu(self) -> list[ModelGPURuns]:
        """Return one entry per GPU model with stable runs of the model."""
        by_gpu = {gpu: stable(runs) for gpu, runs in self.runs.items()}
        return [ModelGPURuns(gpu=GPU(model=strawberry.ID(gpu)), runs=runs) for gpu, runs in by_gpu.items() if runs]


@strawberry.type
class ModelConnection:
    """A page of models."""

    nodes: list[Model]
    total_count: int


def build_schema(runs: list[LLMRun], models: list[Model]) -> strawberry.Schema:
    """Return the schema over these rows."""

    @strawberry.type
    class Query:
        @strawberry.field
        def llm_runs(
            self,
            where: LLMRunFilter | None = None,
            order_by: list[LLMRunOrder] | None = None,
            first: int = 100,
        ) -> LLMRunConnection:
            return page(stable(runs), where=where, order_by=order_by, first=first)

        @strawberry.field
        def models(self, where: ModelFilter | None = None, first: int = 100) -> ModelConnection:
            matching = models
            if where is not None and where.architecture:
                matching = [model for model in models if where.architecture.matches(model.architecture)]
            return ModelConnection(nodes=matching[:first], total_count=len(matching))

    return strawberry.Schema(query=Query, extensions=[ParserCache, ValidationCache])


def stable(runs: list[LLMRun]) -> list[LLMRun]:
    """Return the stable runs."""
    return [run for run in runs if run.is_stable]


def page(
    runs: list[LLMRun], *, where: LLMRunFilter | None, order_by: list[LLMRunOrder] | None, first: int
) -> LLMRunConnection:
    """Return the page of the runs that match, in the given order."""
    matching = filtered(runs, where) if where is not None else runs
    for order in reversed(order_by or []):
        matching = ordered(matching, order)
    return LLMRunConnection(nodes=matching[:first], total_count=len(matching))


def filtered(runs: list[LLMRun], where: LLMRunFilter) -> list[LLMRun]:
    """Return the runs that satisfy every condition."""
    if where.task:
        runs = [run for run in runs if where.task.matches(run.task)]
    if where.energy_per_token_joules:
        runs = [run for run in runs if where.energy_per_token_joules.matches(run.energy_per_token_joules)]
    return runs


def ordered(runs: list[LLMRun], order: LLMRunOrder) -> list[LLMRun]:
    """Sort by one column; missing values come last."""
    name = order.field.value
    present = [run for run in runs if getattr(run, name) is not None]
    missing = [run for run in runs if getattr(run, name) is None]
    return sorted(present, key=lambda run: getattr(run, name)) + missing
