"""Stores as the local pages serve them: a team, and two runners whose pages are looked at."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from made_weeks import an_analysis, keep
from served import a_team, client

from pipelines.store.files import STANDING
from pipelines.store.many_sessions.sessions import keep_fresh

TRUE = {2: 0, 7: 1, 11: 0, 16: 1, 23: 0, 28: 1}
"""The runners of the team who changed, and on which leg: 0 left, 1 right."""


@dataclass(frozen=True)
class Team:
    """A store, the names of all runners in it, and the leg of each who changed."""

    root: Path
    names: list[str]
    legs: dict[str, str]


@pytest.fixture(scope="session")
def team(tmp_path_factory):
    """Thirty runners, six of whom changed three runs ago."""
    root = tmp_path_factory.mktemp("team")
    names = a_team(root, athletes=30, changed=TRUE, runs=11, since=8, seed=31)
    return Team(root, names, {names[k]: ("left leg", "right leg")[leg] for k, leg in TRUE.items()})


@pytest.fixture(scope="session")
def made_pair(tmp_path_factory):
    root = tmp_path_factory.mktemp("pair")
    rng = np.random.default_rng(3)
    drops = {"pelvic_drop_deg": (4.0, 0.0)}
    for number in range(14):
        run = an_analysis(rng, drops if number > 9 else {}, count=56)
        keep(root, 3 * number, run, athlete="ana")
    for number in range(2):
        keep(root, number, an_analysis(rng, {}, count=56), athlete="ben")
    keep_fresh(root, ["ana", "ben"])
    return root


@pytest.fixture
def pair(made_pair, tmp_path):
    """Ana, whose left leg changed, and Ben, who has run twice; the store may be changed."""
    kept = shutil.ignore_patterns(STANDING)  # by a server of another test
    return shutil.copytree(made_pair, tmp_path / "store", ignore=kept)


@pytest.fixture(scope="module")
def reader(made_pair):
    """A browser for tests that change nothing in the store."""
    with client(made_pair) as opened:
        yield opened


@pytest.fixture
def browser(pair):
    """A browser on this machine, with the pages of `pair`, which may be changed."""
    with client(pair) as opened:
        yield opened
