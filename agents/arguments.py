"""Typed arguments of the tools; their JSON schemas are what an assistant sees."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema

from errors import BadUserInput, shown

# Validated by the responder, as for any other client.
_Variables = Annotated[Any, WithJsonSchema({"type": ["object", "null"], "additionalProperties": True})]
_TASK = "Name of the task, such as `gpqa` or `text-to-image`; `describe_dataset` lists them."
_BY = (
    "Column to compare by, as in the enums `LLMRunMetric` and `DiffusionRunMetric`. Default: "
    "`ENERGY_PER_TOKEN_JOULES` for LLM tasks, `ENERGY_PER_GENERATION_JOULES` for diffusion tasks."
)
_MAX_ITL = "LLM tasks only: only runs with at most this median inter-token latency, in ms."
_MAX_BATCH_LATENCY = "Diffusion tasks only: only runs with at most this latency of a batch, in s."
_PRECISION = "Only runs with weights in this number format, such as `fp8`."


class Arguments(BaseModel):
    """Arguments of a tool."""

    model_config = ConfigDict(extra="forbid", strict=True)


class NoArguments(Arguments):
    """No arguments."""


class RunQueryArguments(Arguments):
    """Arguments of `run_query`."""

    query: str = Field(description="The GraphQL document.")
    variables: _Variables = Field(None, description="Values of its variables, by name.")
    operation_name: str | None = Field(None, description="Operation to execute, if the document has several.")
    revision: str | None = Field(
        None, description="Revision of the data that must answer, as in a citation; another one is refused."
    )


class FindModelsArguments(Arguments):
    """Arguments of `find_models`."""

    search: str | None = Field(None, description="Words of the model's id or nickname; spelling may differ.")
    architecture: str | None = Field(
        None, description="Only models of this architecture, spelled as `describe_dataset` lists it."
    )
    weight_precision: str | None = Field(None, description="Only models with weights in this number format.")
    first: int = Field(20, ge=1, le=100, description="Maximum number of models.")


class _Selection(Arguments):
    task: str = Field(description=_TASK)
    by: str | None = Field(None, description=_BY)
    goal: Literal["MINIMIZE", "MAXIMIZE"] = Field("MINIMIZE", description="Whether less or more is better.")
    max_median_itl_ms: float | None = Field(None, gt=0, allow_inf_nan=False, description=_MAX_ITL)
    max_batch_latency_s: float | None = Field(None, gt=0, allow_inf_nan=False, description=_MAX_BATCH_LATENCY)
    model_id: str | None = Field(None, description="Only runs of this model, by its id on the Hub.")
    weight_precision: str | None = Field(None, description=_PRECISION)


class BestRunArguments(_Selection):
    """Arguments of `best_run`."""

    per: Literal["ALL", "MODEL", "GPU"] = Field(
        "ALL", description="The best run of all, of each model, or of each GPU model."
    )
    gpu_model: str | None = Field(None, description="Only runs on this GPU, such as `H100`.")
    first: int = Field(10, ge=1, le=100, description="Maximum number of best runs.")


class CompareGPUsArguments(_Selection):
    """Arguments of `compare_gpus`."""

    baseline: str = Field(description="GPU model to compare with, such as `H100`.")
    candidate: str = Field(description="GPU model to compare, such as `B200`.")


class SearchCookbookArguments(Arguments):
    """Arguments of `search_cookbook`."""

    question: str = Field(description="The question, in words.", max_length=1_000)
    limit: int = Field(3, ge=1, le=32, description="Maximum number of recipes.")


class DescribeSchemaArguments(Arguments):
    """Arguments of `describe_schema`."""

    name: str | None = Field(
        None,
        max_length=200,  # similar names are searched, in a time proportional to the length
        description="A type, such as `LLMRun`, or a field of a type, such as `LLMRunConnection.pairs`. Without a name: "
        "the root fields and the names of all types.",
    )


def read_arguments(model: type[Arguments], given: object) -> Arguments:
    """Return validated arguments.

    Raises:
        BadUserInput: An argument is missing, unknown, or has a value that is not allowed; the message names the first.
    """
    try:
        return model.model_validate(given or {})
    except ValidationError as error:
        problem = error.errors(include_url=False, include_context=False)[0]
        name = ".".join(str(part) for part in problem["loc"]) or "arguments"
        allowed = ", ".join(model.model_fields) or "none"
        match problem["type"]:
            case "missing":
                raise BadUserInput(f"Argument {name} is missing.", argument=name) from None
            case "extra_forbidden":
                raise BadUserInput(f"Argument {shown(name)} is unknown; allowed: {allowed}.", argument=name) from None
            case _:
                raise BadUserInput(f"{name}: {shown(problem['input'])}: {problem['msg']}.", argument=name) from None
