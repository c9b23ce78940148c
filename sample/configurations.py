"""Benchmarked configurations: real GPUs, the benchmark's tasks, and invented models in batch sweeps."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_Item = TypeVar("_Item")

# The benchmark's settings of the first, second, ... run of one configuration; a position in them is a slot.
SEEDS = (1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008)
REQUEST_REPEATS = (1, 1, 2, 2, 3, 3, 4, 4)

_GPU_COUNTS = (1, 2, 4, 8)
# Share of the memory that weights may take; the rest is for the key-value cache.
_WEIGHT_SHARE = 0.8
# (ulysses, ring) degrees, and those that were also run with torch.compile.
_DEGREES = ((1, 1), (2, 1), (2, 2), (4, 2))
_COMPILED_DEGREES = ((1, 1), (2, 1))


@dataclass(frozen=True, slots=True)
class GPU:
    """Published limits of a GPU."""

    name: str
    tdp_watts: float
    idle_watts: float
    memory_gb: float
    bandwidth: float  # byte/s
    flops: float  # FLOP/s at 16 bits, dense


@dataclass(frozen=True, slots=True)
class LLMTask:
    """A task with its typical request in tokens."""

    name: str
    suite: str
    input_tokens: int
    output_tokens: int
    batches: tuple[int, ...]
    burstiness: tuple[float, float]  # range of the token streams: 0 is smooth, 1 is stalled by other requests
    path_has_repeats: bool = True  # whether raw paths state the request repeats


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """An invented model; its organisation's name ends in `-example`, which marks it as invented."""

    family: str  # letters only, so that a generation number can follow
    variant: str
    total: float  # 10⁹ parameters
    activated: float  # 10⁹ parameters, active for a token
    precision: str

    def nickname(self, generation: int) -> str:
        """Return the display name; generation 0 has no number, generation 1 is called `2`."""
        return f"{self.family} {generation + 1} {self.variant}" if generation else f"{self.family} {self.variant}"

    def model_id(self, generation: int) -> str:
        """Return `org/model`."""
        return f"{self.family.lower()}-example/{self.nickname(generation).replace(' ', '-')}"


@dataclass(frozen=True, slots=True, eq=False)
class LLM(Model):
    """A language model."""

    architecture: str
    tasks: tuple[str, ...]
    kv_share: float = 1.0  # size of its key-value cache relative to a dense transformer's
    gpu_counts: int = 1  # number of GPU counts, from the smallest that holds the weights, doubling
    data_parallel: bool = False  # whether attention is data-parallel


@dataclass(frozen=True, slots=True, eq=False)
class DiffusionModel(Model):
    """A diffusion model."""

    task: str
    sizes: tuple[tuple[int, int], ...]  # (height, width) in pixels
    steps: int
    batches: tuple[int, ...]
    num_frames: int | None = None
    fps: int | None = None


@dataclass(frozen=True, slots=True)
class LLMConfiguration:
    """A configuration of the LLM table; those of one batch sweep have the same `sweep`."""

    task: LLMTask
    model: LLM
    gpu: GPU
    num_gpus: int
    max_num_seqs: int
    sweep: int

    def path(self, model_id: str, slot: int) -> str:
        """Return the folder of a run's raw files in the benchmark's layout."""
        root = f"llm/{self.gpu.name.lower()}/current/run/{self.task.suite}/{self.task.name}/results/{model_id}"
        repeats = f"+num_request_repeats+{REQUEST_REPEATS[slot]}" if self.task.path_has_repeats else ""
        settings = f"num_gpus+{self.num_gpus}+max_num_seqs+{self.max_num_seqs}{repeats}+seed+{SEEDS[slot]}"
        return f"{root}/{self.gpu.name}/{settings}"


@dataclass(frozen=True, slots=True)
class DiffusionConfiguration:
    """A configuration of the diffusion table."""

    model: DiffusionModel
    gpu: GPU
    size: tuple[int, int]
    ulysses: int
    ring: int
    use_torch_compile: bool
    batch_size: int

    @property
    def num_gpus(self) -> int:
        """Number of GPUs: ulysses times ring."""
        return self.ulysses * self.ring

    def path(self, model_id: str, slot: int) -> str:
        """Return the folder of a run's raw file in the benchmark's layout."""
        root = f"diffusion/{self.gpu.name.lower()}/current/run/diffusion/{self.model.task}/{model_id}"
        batch = f"batch-{self.batch_size}+size-{self.size[0]}x{self.size[1]}+steps-{self.model.steps}"
        degrees = f"uly-{self.ulysses}+ring-{self.ring}+tc-{self.use_torch_compile}"
        return f"{root}/{batch}+{degrees}+seed-{SEEDS[slot]}"


GPUS = (
    GPU("H100", tdp_watts=700.0, idle_watts=95.0, memory_gb=80.0, bandwidth=3.35e12, flops=0.99e15),
    GPU("B200", tdp_watts=1000.0, idle_watts=140.0, memory_gb=180.0, bandwidth=8.0e12, flops=2.25e15),
)

BYTES_PER_PARAMETER = {"bfloat16": 2.0, "fp8": 1.0, "mxfp4": 0.53}

LLM_TASKS = (
    LLMTask("gpqa", "llm", 260, 6200, (8, 32, 64, 128, 256), (0.0, 0.25)),
    LLMTask("lm-arena-chat", "llm", 230, 720, (8, 16, 64, 128, 256, 512), (0.05, 0.35)),
    LLMTask("sourcegraph-fim", "llm", 450, 130, (16, 64, 256, 512), (0.1, 0.5), path_has_repeats=False),
    LLMTask("image-chat", "mllm", 1500, 640, (8, 16, 32, 64), (0.4, 0.8)),
    LLMTask("video-chat", "mllm", 5200, 430, (8, 16, 32, 64), (0.5, 1.0)),
)

_TEXT = ("gpqa", "lm-arena-chat")
_VISION = ("image-chat", "video-chat")
_DENSE = "Dense Transformer"
_HYBRID = "Mamba-Transformer Hybrid"
_SQUARE = (1024, 1024)

LLMS = (
    LLM("Aurora", "30B", 30, 30, "bfloat16", _DENSE, _TEXT, gpu_counts=2),
    LLM("Aurora", "30B FP8", 30, 30, "fp8", _DENSE, _TEXT, gpu_counts=2),
    LLM("Basalt", "30B A3B", 30, 3, "bfloat16", "MoE", (*_TEXT, "sourcegraph-fim")),
    LLM("Basalt", "VL 30B A3B", 30, 3, "bfloat16", "MoE", _VISION, gpu_counts=2),
    LLM("Basalt", "235B A22B FP8", 235, 22, "fp8", "MoE", _TEXT, data_parallel=True),
    LLM("Cobalt", "120B A5B", 120, 5, "mxfp4", "MoE", _TEXT),
    LLM("Delta", "Hybrid 12B", 12, 12, "bfloat16", _HYBRID, ("gpqa",), kv_share=0.25),
    LLM("Aurora", "8B", 8, 8, "bfloat16", _DENSE, ("lm-arena-chat", "sourcegraph-fim")),
    LLM("Cobalt", "Coder 14B", 14, 14, "bfloat16", _DENSE, ("sourcegraph-fim",)),
    LLM("Delta", "VL 8B", 8, 8, "bfloat16", _DENSE, _VISION),
    LLM("Aurora", "70B", 70, 70, "bfloat16", _DENSE, ("lm-arena-chat",)),
)

DIFFUSION_MODELS = (
    DiffusionModel("Ember", "Image 12B", 12, 12, "bfloat16", "text-to-image", (_SQUARE,), 28, (1, 4, 16)),
    DiffusionModel("Fjord", "Video 2B", 2, 2, "bfloat16", "text-to-video", ((480, 720),), 50, (1, 2), 49, 8),
    DiffusionModel("Fjord", "Image 2.5B", 2.5, 2.5, "bfloat16", "text-to-image", (_SQUARE, (512, 768)), 40, (1, 4)),
    DiffusionModel("Ember", "Video 5B", 5, 5, "bfloat16", "text-to-video", ((480, 832),), 50, (1, 2), 81, 15),
    DiffusionModel("Garnet", "Sketch 0.6B", 0.6, 0.6, "fp8", "text-to-image", (_SQUARE,), 20, (2, 8, 32)),
)


def llm_configurations() -> list[LLMConfiguration]:
    """Return them in an order that reaches every task and both GPUs within the first few sweeps."""
    sweeps = _interleaved(
        [
            (task, model, gpu, num_gpus)
            for model in LLMS
            if task.name in model.tasks
            for gpu in GPUS[:: -1 if position % 2 else 1]
            for num_gpus in _gpu_counts(model, gpu)
        ]
        for position, task in enumerate(LLM_TASKS)
    )
    return [
        LLMConfiguration(task, model, gpu, num_gpus, batch, sweep)
        for sweep, (task, model, gpu, num_gpus) in enumerate(sweeps)
        for batch in task.batches
    ]


def diffusion_configurations() -> list[DiffusionConfiguration]:
    """Return them in an order that reaches both tasks and both GPUs within the first few sweeps."""
    sweeps = _interleaved(
        [
            (model, gpu, size, degrees, compiled)
            for size in model.sizes
            # Only images of the first size are compiled: more would add rows without variety.
            for compiled in ((False, True) if size == model.sizes[0] and model.num_frames is None else (False,))
            for gpu in GPUS[:: -1 if position % 2 else 1]
            for degrees in (_COMPILED_DEGREES if compiled else _DEGREES)
        ]
        for position, model in enumerate(DIFFUSION_MODELS)
    )
    return [
        DiffusionConfiguration(model, gpu, size, *degrees, compiled, batch)
        for model, gpu, size, degrees, compiled in sweeps
        for batch in model.batches
    ]


def _gpu_counts(model: LLM, gpu: GPU) -> list[int]:
    weights_gb = model.total * BYTES_PER_PARAMETER[model.precision]
    return [count for count in _GPU_COUNTS if weights_gb <= _WEIGHT_SHARE * count * gpu.memory_gb][: model.gpu_counts]


def _interleaved(lists: Iterable[Iterable[_Item]]) -> Iterator[_Item]:
    """Yield the first item of each list, then the second of each, until all are exhausted."""
    return (item for item in chain.from_iterable(zip_longest(*lists)) if item is not None)
