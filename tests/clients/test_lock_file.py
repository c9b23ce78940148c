"""The lock file of the client libraries."""

from __future__ import annotations

import json

from tests.clients.conftest import FOLDER


def test_the_lock_file_does_not_name_a_registry() -> None:
    """Packages are locked by version and hash, so any registry can serve them."""
    lock = json.loads((FOLDER / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if "integrity" not in package] == []
