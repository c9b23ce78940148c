"""The dataset as a whole: its counts, its licence and its citation."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tables.dataset import Dataset

LICENSE = "Apache-2.0"
# Source: the paper's record on arXiv, second version.
CITATION = """@misc{mlenergy-benchmark,
  title = {The {ML.ENERGY} Benchmark: Toward Automated Inference Energy Measurement and Optimization},
  author = {Jae-Won Chung and Jeff J. Ma and Ruofan Wu and Jiachen Liu and Oh Jun Kweon and Yuxuan Xia and Zhiyu Wu \
and Mosharaf Chowdhury},
  year = {2025},
  eprint = {2505.06371},
  archivePrefix = {arXiv},
  primaryClass = {cs.LG},
  url = {https://arxiv.org/abs/2505.06371}
}"""


TOOLKIT = "mlenergy-data"


def toolkit_version() -> str:
    """Return the version of the field's own toolkit whose numbers ours equal; read without importing it."""
    return version(TOOLKIT)


@dataclass(frozen=True, slots=True)
class Counts:
    """How much of everything there is."""

    llm_runs: int
    stable_llm_runs: int
    diffusion_runs: int
    models: int


def counts_of(dataset: Dataset) -> Counts:
    """Count the dataset's rows."""
    llm = dataset.runs["llm"]
    stable = int(llm.values("is_stable").array.sum())
    return Counts(llm.num_rows, stable, dataset.runs["diffusion"].num_rows, dataset.models.num_rows)
