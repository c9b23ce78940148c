"""Build the documentation site: `python -m documentation [DIRECTORY]`, by default `site`."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from documentation.links import problems
from documentation.pages import gather
from documentation.policy import POLICY_FILE, policy

ROOT = Path(__file__).resolve().parent.parent
CONFIGURATION = "zensical.toml"


def build(root: Path, site: Path) -> list[str]:
    """Build the site of a checkout; return its problems, with which an existing site stays as it is.

    Args:
        root: The checkout.
        site: The directory to replace.

    Raises:
        ValueError: A link leads to no file of the checkout, or the theme has changed.
    """
    with tempfile.TemporaryDirectory() as name:
        workplace = Path(name)
        shutil.copyfile(root / CONFIGURATION, workplace / CONFIGURATION)
        gather(root, workplace / "docs")
        command = [sys.executable, "-m", "zensical", "build", "--strict"]
        done = subprocess.run(command, cwd=workplace, capture_output=True, text=True, check=False)  # noqa: S603 - ours
        if done.returncode:
            return [f"{done.stdout}{done.stderr}".strip()]
        built = workplace / "site"
        _remove_absolute(built)
        (built / POLICY_FILE).write_text(policy(built), encoding="utf-8")
        found = problems(built)
        if not found:
            shutil.rmtree(site, ignore_errors=True)
            shutil.copytree(built, site)
        return found


def _remove_absolute(built: Path) -> None:
    """Remove what needs the site's own URL, which a server below any prefix does not have."""
    for name in ("404.html", "sitemap.xml", "robots.txt"):
        (built / name).unlink(missing_ok=True)


if __name__ == "__main__":
    directory = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "site"
    try:
        found = build(ROOT, directory)
    except ValueError as error:
        found = [str(error)]
    if found:
        sys.exit("The documentation has problems:\n" + "\n".join(found))
    print(f"{sum(1 for _ in directory.rglob('*.html'))} pages in {directory}")
