from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

import defaults
from commands.command_line import command_line
from errors import GraphError
from settings import PREFIX, Settings, allowed_by, default_of, flag_of, read_settings, unknown_variables, variable_of
from tests.server_process import ROOT, run_server

EVERY_SETTING = sorted(Settings.model_fields)


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove settings from the environment of the tests."""
    for name in EVERY_SETTING:
        monkeypatch.delenv(variable_of(name), raising=False)


@pytest.fixture(scope="module")
def help_text() -> str:
    """Output of `serve --help` without white space, because lines break at hyphens too."""
    done = run_server("serve", "--help")
    assert done.returncode == 0
    return "".join(done.stdout.split())


@pytest.mark.parametrize("name", EVERY_SETTING)
def test_help_lists_every_setting(help_text: str, name: str) -> None:
    """With flag, description, variable and default, unabridged."""
    field = Settings.model_fields[name]
    said = f"{field.description} [env var: {variable_of(name)}; default: {default_of(field)}]"
    pattern = rf"{flag_of(name)}[A-Za-z|]*{re.escape(''.join(said.split()))}"
    assert re.search(pattern, help_text), pattern


def test_the_documentation_lists_exactly_the_settings() -> None:
    """The table of docs/settings.md has every setting, in order."""
    expected = [
        f"| `{flag_of(name)}` | `{variable_of(name)}` | `{default_of(field)}` | {allowed_by(field)} | "
        f"{field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert [line for line in page.splitlines() if line.startswith("| `--")] == expected


@pytest.mark.parametrize(
    ("sentence", "default"),
    [
        (r"[Aa] page has ([\d,]+) rows", defaults.DEFAULT_PAGE),
        (r"sets another size, at most ([\d,]+)", defaults.MAX_PAGE),
        (r"at most ([\d,]+) raw files", defaults.MAX_RAW_FILES),
        (r"`max-representations` \(([\d,]+)", defaults.MAX_REPRESENTATIONS),
        (r"\| share \| of ([\d,]+) MiB", defaults.CACHE_MIB),
    ],
)
def test_the_documentation_states_the_current_defaults(sentence: str, default: int) -> None:
    """In prose, too, wherever a sentence of this form occurs."""
    pages = " ".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md"))
    stated = {int(number.replace(",", "")) for number in re.findall(sentence, " ".join(pages.split()))}
    assert stated <= {default}


def test_the_documentation_lists_the_settings_of_each_command() -> None:
    """Besides `serve`, which takes all of them."""
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    listed = {
        command: set(re.findall(r"`--([a-z-]+)`", names))
        for command, names in re.findall(r"^- `([a-z-]+)` also takes (.*)$", page, re.MULTILINE)
    }
    taken = {
        each.callback.__name__.replace("_", "-"): {
            name.replace("_", "-") for name in inspect.signature(each.callback).parameters if name in EVERY_SETTING
        }
        for each in command_line.registered_commands
        if each.callback
    }
    assert listed == {command: names for command, names in taken.items() if names and command != "serve"}


def test_a_flag_wins_over_its_variable_and_the_variable_over_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """Flag, then variable, then default."""
    assert read_settings().max_page == defaults.MAX_PAGE
    monkeypatch.setenv("MLENERGY_MAX_PAGE", "7")
    assert read_settings().max_page == 7
    assert read_settings({"max_page": "5"}).max_page == 5


def test_a_flag_that_repeats_the_default_wins_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """The flag counts because it is given, not because it differs from the default."""
    monkeypatch.setenv("MLENERGY_PORT", "9000")
    assert read_settings({"port": "8000"}).port == 8000


def test_an_empty_variable_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that a container sets to nothing leaves the default."""
    monkeypatch.setenv("MLENERGY_PORT", "")
    monkeypatch.setenv("MLENERGY_HUB_CACHE", "")
    assert (read_settings().port, read_settings().hub_cache) == (8000, None)


def test_every_kind_of_value_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Text becomes numbers and paths."""
    monkeypatch.setenv("MLENERGY_HUB_TIMEOUT_SECONDS", "0.5")
    settings = read_settings({"hub_cache": "cache", "log_level": "debug", "workers": "2"})
    assert (settings.hub_timeout_seconds, settings.hub_cache, settings.log_level, settings.workers) == (
        0.5,
        Path("cache"),
        "debug",
        2,
    )


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("port", "http", "an integer from 0 to 65535"),
        ("port", "65536", "an integer from 0 to 65535"),
        ("port", "80.5", "an integer from 0 to 65535"),
        ("workers", "0", "an integer from 1 to 64"),
        ("max_page", "-1", "an integer of at least 1"),
        ("max_raw_files", "many", "an integer of at least 0"),
        ("hub_timeout_seconds", "0", "a number greater than 0"),
        ("hub_timeout_seconds", "nan", "a number greater than 0"),
        ("hub_timeout_seconds", "inf", "a number greater than 0"),
        ("log_level", "loud", "debug, info, warning, error"),
        ("root_field", "__graph", "a GraphQL name that begins with a letter"),
        ("root_field", "_entities", "a GraphQL name that begins with a letter"),
        ("root_field", "_service", "a GraphQL name that begins with a letter"),
        ("root_field", "1st", "a GraphQL name that begins with a letter"),
        ("root_field", "ml-energy", "a GraphQL name that begins with a letter"),
        ("root_field", "mlEnergy\n", "a GraphQL name that begins with a letter"),
    ],
)
def test_an_invalid_value_is_reported_with_the_allowed_ones(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, allowed: str
) -> None:
    """In one line, with the flag or the variable and the value."""
    with pytest.raises(GraphError) as of_flag:
        read_settings({name: value})
    assert str(of_flag.value) == f"{flag_of(name)} is {value!r}; allowed: {allowed}"
    monkeypatch.setenv(variable_of(name), value)
    with pytest.raises(GraphError) as of_variable:
        read_settings()
    assert str(of_variable.value) == f"{variable_of(name)} is {value!r}; allowed: {allowed}"


def test_all_invalid_values_are_reported_together() -> None:
    """So that one restart is enough."""
    with pytest.raises(GraphError) as error:
        read_settings({"port": "x", "workers": "y"})
    assert str(error.value).count("; allowed: ") == 2


def test_invalid_settings_are_one_line_and_code_2() -> None:
    """Without traceback and usage text."""
    done = run_server("serve", "--port", "http", environment={"MLENERGY_WORKERS": "0"})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "error: --port is 'http'; allowed: an integer from 0 to 65535; "
        "MLENERGY_WORKERS is '0'; allowed: an integer from 1 to 64\n"
    )


def test_a_misspelled_variable_is_reported_with_the_nearest_name() -> None:
    """A variable with our prefix that is not a setting has no effect."""
    environment = {"MLENERGY_MAX_PAGES": "5", "MLENERGY_PORT": "1", "mlenergy_host": "h", "PATH": "", "MLENERGY_Q": ""}
    assert unknown_variables(environment) == [
        "MLENERGY_MAX_PAGES is not a setting; did you mean MLENERGY_MAX_PAGE?",
        "MLENERGY_Q is not a setting",
    ]


def test_variables_carry_the_prefix() -> None:
    """Every setting has a variable and a flag by the same rule."""
    assert (PREFIX, variable_of("max_page"), flag_of("max_page")) == (
        "MLENERGY_",
        "MLENERGY_MAX_PAGE",
        "--max-page",
    )
