"""What is to be mended names tests that exist, and says what is to be mended."""

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GROUPS = tomllib.loads((ROOT / "tests/to_mend.toml").read_text(encoding="utf-8"))["group"]
TESTS = [test for group in GROUPS for test in group["tests"]]


def test_every_test_to_mend_is_named_once():
    assert len(TESTS) == len(set(TESTS))


@pytest.mark.parametrize("test", TESTS)
def test_what_is_to_be_mended_is_a_test(test):
    file, *inside = test.partition("[")[0].split("::")
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    names = {node.name for node in ast.walk(tree) if hasattr(node, "name")}
    assert set(inside) <= names


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group["mend"])
def test_every_group_says_what_is_to_be_mended(group):
    assert len(group["reason"]) > 40
