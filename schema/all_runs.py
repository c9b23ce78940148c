"""The types of every kind of run, in the order of the graph's fields."""

from schema.diffusion_runs import DIFFUSION_RUNS
from schema.llm_runs import LLM_RUNS
from schema.run_types import RunTypes

RUN_TYPES: tuple[RunTypes, ...] = (LLM_RUNS, DIFFUSION_RUNS)
