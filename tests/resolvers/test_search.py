"""Fuzzy search: what people type finds the model that they mean, first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from errors import BadUserInput

if TYPE_CHECKING:
    from tests.graph import Graph

MODELS = "query ($search: String) { models(search: $search, first: 2000) { totalCount nodes { nickname } } }"


def found(graph: Graph, search: str) -> list[str]:
    """Return the nicknames that a search finds, best first."""
    return [node["nickname"] for node in graph.ask(MODELS, search=search)["models"]["nodes"]]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("llama 70b", "Llama 3.1 70B Instruct"),
        ("qwen3 14b", "Qwen 3 14B"),
        ("stable difusion", "Stable Diffusion 3.5 Large"),
        ("meta-llama/Llama-3.1-8B-Instruct", "Llama 3.1 8B Instruct"),
        ("deeps", "DeepSeek R1"),
        ("FLUX", "FLUX.1 Dev"),
    ],
)
def test_the_model_that_is_meant_comes_first(real_graph: Graph, typed: str, first: str) -> None:
    """Nickname or id, whole words or their beginnings, other case, a letter missing."""
    assert found(real_graph, typed)[0] == first


def test_every_word_counts(real_graph: Graph) -> None:
    """A model that has both words stands before all that have one."""
    of_both = {"Llama 3.1 70B Instruct", "Llama 3.3 70B Instruct"}

    assert set(found(real_graph, "llama 70b")[:2]) == of_both


def test_what_is_like_nothing_finds_nothing(real_graph: Graph) -> None:
    """No model is offered for letters that none has, nor for signs alone."""
    assert found(real_graph, "zzzz") == []
    assert found(real_graph, "!!!") == []


@pytest.mark.parametrize("blank", ["", "  "])
def test_a_blank_search_is_none(graph: Graph, blank: str) -> None:
    """A search box that was emptied shows all models again."""
    assert found(graph, blank) == found(graph, "") != []


def test_a_long_search_is_refused(graph: Graph) -> None:
    """The message names the argument and the limit."""
    refusal = graph.refusal(MODELS, search="x" * 201)

    assert isinstance(refusal.original_error, BadUserInput)
    assert "search" in refusal.message
    assert "200" in refusal.message
