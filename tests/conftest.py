import importlib.util
import os
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.internal.conjecture.providers import Constants, HypothesisProvider

settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")

# Examples are drawn from the numbers in all source imported before, too: they would be others with
# each change of the code and each order of tests (findings/hypothesis_derandomized.sh).
assert "_local_constants" in vars(HypothesisProvider)
HypothesisProvider._local_constants = Constants()

for width in ("COLUMNS", "LINES"):
    os.environ.pop(width, None)  # of the terminal pytest runs in, or as its workers are told: 80

TO_MEND = Path(__file__).with_name("to_mend.toml")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Expect the tests of `to_mend.toml` to fail, strictly: one that passes is red again."""
    groups = tomllib.loads(TO_MEND.read_text(encoding="utf-8"))["group"]
    reasons = {test: group["reason"] for group in groups for test in group["tests"]}
    for item in items:
        if reason := reasons.get(item.nodeid):
            item.add_marker(pytest.mark.xfail(strict=True, reason=reason))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give every campaign of faults its seeds: a few by default, all of them with ``-m faults``."""
    campaign = metafunc.definition.get_closest_marker("campaign")
    if campaign is not None:
        short, long = campaign.kwargs["short"], campaign.kwargs["long"]
        marks = ([pytest.mark.faults], [pytest.mark.faults, pytest.mark.long])
        metafunc.parametrize(
            "seed", [pytest.param(seed, marks=marks[seed >= short]) for seed in range(long)]
        )


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of public recordings; tests that need it skip without it."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("MIDSTANCE_DATA") or beside).expanduser()
    if not folder.is_dir():
        pytest.skip(
            "the public recordings are neither where MIDSTANCE_DATA says nor in shared/data "
            "beside the checkout; data/README.md says how to get them"
        )
    return folder


@pytest.fixture(scope="session")
def reference(shared_data: Path) -> ModuleType:
    """The reader of the real recordings, and the rule by which estimates are scored."""
    spec = importlib.util.spec_from_file_location("reference", shared_data / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["reference"] = module
    writes_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    spec.loader.exec_module(module)
    sys.dont_write_bytecode = writes_bytecode
    return module


@pytest.fixture(scope="session")
def demo_past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the six past runs of the demo; to be copied before anything is changed."""
    demo_store = pytest.importorskip("demo_store")
    return demo_store.kept_past(tmp_path_factory.mktemp("demo") / "store")


@pytest.fixture(scope="session")
def demo_compensating(demo_past: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The demo as it is by default: day, journal, what was processed, report; not to be changed."""
    demo_store = pytest.importorskip("demo_store")
    return demo_store.lived(demo_past, tmp_path_factory.mktemp("compensating"), "compensating")
