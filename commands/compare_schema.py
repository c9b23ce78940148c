"""Command `compare-schema`: refuse changes of the committed SDL that break clients without notice."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.git_history import GitHistory
from errors import GraphError

if TYPE_CHECKING:
    from commands.git_history import Commit

_ROOT = Path(__file__).parent.parent
_SDL = "schema/schema.graphql"
_CHANGELOG = "CHANGELOG.md"
_MAIN = ("origin/main", "main")


def compare_schema(
    base: Annotated[
        str,
        typer.Option(
            help="Branch or commit whose last common commit with this checkout is the base, beside the last release.",
            show_default=False,
        ),
    ] = "",
) -> None:
    """Compare the SDL with that of the last release and of a base; exit with 1 if a change breaks clients unannounced.

    Without --base: the last release (tag v...); if there is none, the last common commit with main, or on main the
    commit before.
    """
    from schema.evolution import Version, refusals  # noqa: PLC0415 - graphql-core takes 0.2 s, also of other commands

    history = GitHistory(_ROOT)
    head = Version(*((_ROOT / name).read_text(encoding="utf-8") for name in (_SDL, _CHANGELOG)))
    refused: dict[str, None] = {}  # each once, though there may be two bases
    for commit in _bases(history, base):
        sdl = history.text(commit, _SDL)
        if sdl is None:
            typer.echo(f"{commit} has no {_SDL}: nothing to compare with")
            continue
        found = refusals(Version(sdl, history.text(commit, _CHANGELOG) or ""), head)
        typer.echo(f"{_SDL} compared with {commit}: {len(found) or 'no'} {'error' if len(found) == 1 else 'errors'}")
        refused |= dict.fromkeys(found)
    for message in refused:
        typer.echo(message, err=True)
    if refused:
        typer.echo("The rules: CONTRIBUTING.md, section Deprecate and remove", err=True)
        raise typer.Exit(1)


def _bases(history: GitHistory, name: str) -> list[Commit]:
    """Return the commits to compare with, without repetition.

    Raises:
        GraphError: A base is named, and the clone has no common commit with it.
    """
    release = history.last_release()
    if set(name) <= {"0"}:  # none, or the zeros that GitHub sends for the commit before a new branch
        named = None if release else _default_base(history)
    else:
        named = history.merge_base(name)
        if named is None:
            raise GraphError(
                f"--base {name}: this clone has no common commit with it. Fetch the whole history: "
                "git fetch --unshallow --tags, or fetch-depth: 0 for actions/checkout."
            )
    found = {each.digest: each for each in (named, release) if each is not None}
    if not found:
        typer.echo(f"{_SDL} not compared: no earlier commit found (no Git repository, or a clone without history)")
    return list(found.values())


def _default_base(history: GitHistory) -> Commit | None:
    """Return the last common commit with main; on main itself the commit before, which the working tree builds on."""
    head = history.commit("HEAD")
    common = (history.merge_base(branch) for branch in _MAIN)
    earlier = (each for each in common if each and head and each.digest != head.digest)
    return next(earlier, None) or history.commit("HEAD^")
