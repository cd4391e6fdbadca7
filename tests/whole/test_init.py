"""The door."""

from __future__ import annotations

import tomllib

from support.paths import PACKAGE, ROOT

import buttermilk_widget


def test_what_is_listed_is_there_and_sorted():
    listed = buttermilk_widget.__all__
    assert listed == sorted(listed)
    assert all(hasattr(buttermilk_widget, name) for name in listed)


def test_nothing_else_public_is_there():
    modules = {path.stem for path in PACKAGE.iterdir()}
    public = {name for name in vars(buttermilk_widget) if not name.startswith("_")}
    assert public - modules - {"annotations"} == set(buttermilk_widget.__all__) - {"__version__"}


def test_version_and_changelog_agree():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == buttermilk_widget.__version__
    assert f"\nversion: {project['version']}\n" in (ROOT / "CITATION.cff").read_text()
    assert f"## {project['version']}" in (ROOT / "CHANGELOG.md").read_text()
