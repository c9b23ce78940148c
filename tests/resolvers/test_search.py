"""Fuzzy search of models: matching and ranking."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from errors import BadUserInput

if TYPE_CHECKING:
    from tests.graph import Graph

MODELS = "query ($search: String) { models(search: $search, first: 2000) { totalCount nodes { nickname } } }"


def nicknames(graph: Graph, search: str) -> list[str]:
    """Return the nicknames of the matching models, best match first."""
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
def test_the_best_match_is_first(real_graph: Graph, typed: str, first: str) -> None:
    """Nicknames, ids, prefixes of words, another case and a missing letter all match."""
    assert nicknames(real_graph, typed)[0] == first


def test_models_that_match_every_word_are_first(real_graph: Graph) -> None:
    """Models that match both words precede models that match only one of them."""
    match_both = {"Llama 3.1 70B Instruct", "Llama 3.3 70B Instruct"}

    assert set(nicknames(real_graph, "llama 70b")[:2]) == match_both


def test_a_search_without_similar_models_finds_nothing(real_graph: Graph) -> None:
    """Unrelated letters and punctuation match no model."""
    assert nicknames(real_graph, "zzzz") == []
    assert nicknames(real_graph, "!!!") == []


@pytest.mark.parametrize("blank", ["", "  "])
def test_a_blank_search_matches_all_models(graph: Graph, blank: str) -> None:
    """An empty search or a search of only spaces returns the whole list."""
    assert nicknames(graph, blank) == nicknames(graph, "") != []


def test_a_long_search_is_refused(graph: Graph) -> None:
    """The error names the argument and the maximum length."""
    refusal = graph.refusal(MODELS, search="x" * 201)

    assert isinstance(refusal.original_error, BadUserInput)
    assert "search" in refusal.message
    assert "200" in refusal.message
