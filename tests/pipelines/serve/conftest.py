"""Stores as the local pages serve them: a team, and two runners whose pages are looked at."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from runs.made_weeks import an_analysis, at_once, keep
from services.served import a_team, client

from pipelines.serve.roster.kept_rows import made_row
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
    with at_once():
        names = a_team(root, athletes=30, changed=TRUE, runs=11, since=8, seed=31)
    return Team(root, names, {names[k]: ("left leg", "right leg")[leg] for k, leg in TRUE.items()})


@pytest.fixture(scope="session")
def made_pair(tmp_path_factory):
    root = tmp_path_factory.mktemp("pair")
    with at_once():
        _keep_pair(root)
    return root


def _keep_pair(root):
    rng = np.random.default_rng(3)
    drops = {"pelvic_drop_deg": (4.0, 0.0)}
    for number in range(14):
        run = an_analysis(rng, drops if number > 9 else {}, count=56)
        keep(root, 3 * number, run, athlete="ana")
    for number in range(2):
        keep(root, number, an_analysis(rng, {}, count=56), athlete="ben")
    keep_fresh(root, ["ana", "ben"])


@pytest.fixture
def pair(made_pair, tmp_path):
    """Ana, whose left leg changed, and Ben, who has run twice; the store may be changed."""
    kept = shutil.ignore_patterns(STANDING)  # by a server of another test
    return shutil.copytree(made_pair, tmp_path / "store", ignore=kept)


@pytest.fixture(scope="session")
def made_stores(made_pair, tmp_path_factory):
    """A club's store, and one at home where another Ana, of four runs, keeps hers."""
    above = tmp_path_factory.mktemp("stores")
    kept = shutil.ignore_patterns(STANDING)
    club = shutil.copytree(made_pair, above / "club" / "store", ignore=kept)
    few = shutil.ignore_patterns("athlete=ben", "ben", "2026-03-[12]*", "2026-04-*", "sessions")
    home = shutil.copytree(made_pair, above / "home" / "store", ignore=few)
    for root, athlete in ((club, "ana"), (club, "ben"), (home, "ana")):
        made_row(root, athlete)
    return club, home


@pytest.fixture
def stores(made_stores, tmp_path):
    """The same, which may be changed."""
    above = shutil.copytree(made_stores[0].parents[1], tmp_path / "both")
    return above / "club" / "store", above / "home" / "store"


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
