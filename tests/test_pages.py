"""Pages lead where they say, findings keep their form, and types are shipped with the packages."""

import os
import re
import tomllib
from pathlib import Path

import pytest
from as_a_user.site_hooks import generated

ROOT = Path(__file__).resolve().parents[1]
BELOW_DOCS = ("docs/decisions", "docs/tutorials", "docs/how_to")
SPECIFICATIONS = ("firmware_protocols/spec", "firmware_protocols/spec/c")
PAGES = [
    path
    for folder in (".", "data", "docs", *BELOW_DOCS, "findings", *SPECIFICATIONS)
    for path in sorted((ROOT / folder).glob("*.md"))
]
FINDINGS = sorted((ROOT / "findings").glob("*.sh"))
TOLD_TO_PIP = ("--no-deps", "--ignore-requires-python", "2>/dev/null")
"""Where a package asks for others that what is shown does not need; all are pinned even so."""
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_to_a_file_leads_to_one(page):
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target]
    made = {os.path.relpath(path, page.parent) for path in generated()}
    missing = [target for target in local if not (page.parent / target).exists()]
    assert [target for target in missing if target not in made] == []


@pytest.mark.parametrize("folder", ["docs/decisions", "findings"])
def test_the_index_names_every_page(folder):
    index = (ROOT / folder / "README.md").read_text(encoding="utf-8")
    pages = {path.name for path in (ROOT / folder).iterdir()} - {"README.md"}
    assert pages
    assert [name for name in sorted(pages) if name not in index] == []


@pytest.mark.parametrize("script", FINDINGS, ids=lambda path: path.name)
def test_a_finding_runs_pinned_packages_in_a_folder_of_its_own_and_without_us(script):
    text = script.read_text(encoding="utf-8")
    assert os.access(script, os.X_OK)
    assert text.startswith("#!/usr/bin/env bash\n# ")
    for line in ("set -euo pipefail", "folder=$(mktemp -d)", "trap 'rm -rf \"$folder\"' EXIT"):
        assert line in text.splitlines()
    installs = re.findall(r"pip\" install -q --disable-pip-version-check (.*)", text)
    assert installs
    assert len(installs) == text.count('pip" install')
    for words in installs:
        packages = [word for word in words.split() if word not in TOLD_TO_PIP]
        assert packages
        assert all(re.fullmatch(r"[a-z0-9-]+==[\d.]+", package) for package in packages)
    assert re.search(r"^\s*(import|from) (imu|pipelines|firmware_protocols)", text, re.M) is None
    assert "assert " in text


def test_every_dependency_has_its_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = sum(project["optional-dependencies"].values(), project["dependencies"])
    names = {re.match(r"[\w-]+", one)[0] for one in wanted}
    reasons = (ROOT / "docs/decisions/dependencies.md").read_text(encoding="utf-8")
    assert [name for name in sorted(names) if f"`{name}`" not in reasons] == []


def test_every_release_has_its_date():
    headings = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert headings[0] == "Unreleased"
    assert all(re.fullmatch(r"\d+\.\d+\.\d+ – \d{4}-\d\d-\d\d", line) for line in headings[1:])


@pytest.mark.parametrize("package", ["imu", "firmware_protocols", "pipelines"])
def test_types_are_for_others_too(package):
    assert (ROOT / package / "py.typed").is_file()
