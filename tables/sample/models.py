"""What the sample measures: real GPUs, the benchmark's tasks, invented models of invented organisations."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GPU:
    """A GPU's published limits: W, GB, byte/s, and FLOP/s at 16 bits (dense)."""

    name: str
    tdp_watts: float
    idle_watts: float
    memory_gb: float
    bandwidth: float
    flops: float


@dataclass(frozen=True, slots=True)
class LLMTask:
    """A task, its typical request in tokens, its batch sweep, and how bursty its token stream is (least, most)."""

    name: str
    suite: str
    input_tokens: int
    output_tokens: int
    batches: tuple[int, ...]
    burstiness: tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class InventedModel:
    """A model that does not exist.

    Args:
        org: The organisation, invented as well.
        family: The name's first word: letters only, so that a generation number can follow it.
        variant: The rest of the name.
        total: Parameters, in 10⁹.
        activated: Parameters active for a token, in 10⁹.
        precision: The number format of the weights.
    """

    org: str
    family: str
    variant: str
    total: float
    activated: float
    precision: str

    def nickname(self, generation: int) -> str:
        """Return the display name; generation 0 carries no number, generation 1 is called `2`."""
        return " ".join([self.family, *([str(generation + 1)] if generation else []), self.variant])

    def model_id(self, generation: int) -> str:
        """Return `org/model`."""
        return f"{self.org}/{self.nickname(generation).replace(' ', '-')}"


@dataclass(frozen=True, slots=True, eq=False)
class LLM(InventedModel):
    """A language model.

    Args:
        architecture: In the dataset's vocabulary.
        tasks: The tasks it is measured on.
        kv_share: Its key-value cache beside a dense transformer's of that size.
        counts: How many GPU counts it is measured on, from the least that holds it, doubling.
        data_parallel: Whether attention is data-parallel over the GPUs where experts are spread.
    """

    architecture: str
    tasks: tuple[str, ...]
    kv_share: float = 1.0
    counts: int = 1
    data_parallel: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class DiffusionModel(InventedModel):
    """A diffusion model: its task, outputs as (height, width) in pixels, denoising steps, frames and frame rate."""

    task: str
    sizes: tuple[tuple[int, int], ...]
    steps: int
    batches: tuple[int, ...]
    num_frames: int | None = None
    fps: int | None = None


GPUS: tuple[GPU, ...] = (
    GPU("H100", tdp_watts=700.0, idle_watts=95.0, memory_gb=80.0, bandwidth=3.35e12, flops=0.99e15),
    GPU("B200", tdp_watts=1000.0, idle_watts=140.0, memory_gb=180.0, bandwidth=8.0e12, flops=2.25e15),
)

BYTES_PER_PARAMETER = {"bfloat16": 2.0, "fp8": 1.0, "mxfp4": 0.53}

LLM_TASKS: tuple[LLMTask, ...] = (
    LLMTask("gpqa", "llm", 260, 6200, (8, 32, 64, 128, 256), (0.0, 0.25)),
    LLMTask("lm-arena-chat", "llm", 230, 720, (8, 16, 64, 128, 256, 512), (0.05, 0.35)),
    LLMTask("sourcegraph-fim", "llm", 450, 130, (16, 64, 256, 512), (0.1, 0.5)),
    LLMTask("image-chat", "mllm", 1500, 640, (8, 16, 32, 64), (0.4, 0.8)),
    LLMTask("video-chat", "mllm", 5200, 430, (8, 16, 32, 64), (0.5, 1.0)),
)

_TEXT = ("gpqa", "lm-arena-chat")
_VISION = ("image-chat", "video-chat")
_DENSE = "Dense Transformer"
_HYBRID = "Mamba-Transformer Hybrid"

LLMS: tuple[LLM, ...] = (
    LLM("aurora-example", "Aurora", "30B", 30, 30, "bfloat16", _DENSE, _TEXT, counts=2),
    LLM("aurora-example", "Aurora", "30B FP8", 30, 30, "fp8", _DENSE, _TEXT, counts=2),
    LLM("basalt-example", "Basalt", "30B A3B", 30, 3, "bfloat16", "MoE", (*_TEXT, "sourcegraph-fim")),
    LLM("basalt-example", "Basalt", "VL 30B A3B", 30, 3, "bfloat16", "MoE", _VISION, counts=2),
    LLM("basalt-example", "Basalt", "235B A22B FP8", 235, 22, "fp8", "MoE", _TEXT, data_parallel=True),
    LLM("cobalt-example", "Cobalt", "120B A5B", 120, 5, "mxfp4", "MoE", _TEXT),
    LLM("delta-example", "Delta", "Hybrid 12B", 12, 12, "bfloat16", _HYBRID, ("gpqa",), kv_share=0.25),
    LLM("aurora-example", "Aurora", "8B", 8, 8, "bfloat16", _DENSE, ("lm-arena-chat", "sourcegraph-fim")),
    LLM("cobalt-example", "Cobalt", "Coder 14B", 14, 14, "bfloat16", _DENSE, ("sourcegraph-fim",)),
    LLM("delta-example", "Delta", "VL 8B", 8, 8, "bfloat16", _DENSE, _VISION),
    LLM("aurora-example", "Aurora", "70B", 70, 70, "bfloat16", _DENSE, ("lm-arena-chat",)),
)

_IMAGE = "text-to-image"
_VIDEO = "text-to-video"
_SQUARE = ((1024, 1024),)

DIFFUSION_MODELS: tuple[DiffusionModel, ...] = (
    DiffusionModel("ember-example", "Ember", "Image 12B", 12, 12, "bfloat16", _IMAGE, _SQUARE, 28, (1, 4, 16)),
    DiffusionModel("fjord-example", "Fjord", "Video 2B", 2, 2, "bfloat16", _VIDEO, ((480, 720),), 50, (1, 2), 49, 8),
    DiffusionModel(
        "fjord-example", "Fjord", "Image 2.5B", 2.5, 2.5, "bfloat16", _IMAGE, (*_SQUARE, (512, 768)), 40, (1, 4)
    ),
    DiffusionModel("ember-example", "Ember", "Video 5B", 5, 5, "bfloat16", _VIDEO, ((480, 832),), 50, (1, 2), 81, 15),
    DiffusionModel("garnet-example", "Garnet", "Sketch 0.6B", 0.6, 0.6, "fp8", _IMAGE, _SQUARE, 20, (2, 8, 32)),
)
