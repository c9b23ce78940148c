"""A small dataset in the layout of the Hub's, and the repository and commits that tests serve it under."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from pathlib import Path

REPO = "ml-energy/benchmark-v3"
COMMIT, NEXT_COMMIT = "a" * 40, "b" * 40
# An access token that no output may contain.
CANARY = "hf_canaryCANARYcanaryCANARYcanaryCANARY"
# A raw file of the dataset.
RESULTS = "llm/h100/current/run/llm/gpqa/results/org/model/H100/num_gpus+1+max_num_seqs+8/results.json"


def write_dataset(directory: Path, *, mark: str = "first") -> Path:
    """Write a few small files, all of which contain the mark except the empty LICENSE, and return the directory."""
    for name in ("llm", "diffusion"):
        table = directory / "runs" / f"{name}.parquet"
        table.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table({"mark": [f"{name} {mark}"] * 3}), table)
    texts = {
        RESULTS: json.dumps({"mark": mark, "timeline": [0] * 100}),
        "configs/vllm/gpqa/org/model/H100/monolithic.config.yaml": f"mark: {mark}\n",
        "README.md": f"# {mark}\n",
        "LICENSE": "",
    }
    for file, text in texts.items():
        (directory / file).parent.mkdir(parents=True, exist_ok=True)
        (directory / file).write_text(text)
    return directory
