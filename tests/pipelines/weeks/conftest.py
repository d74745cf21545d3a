"""Stores of hand-made runs, and the command."""

import sys

import numpy as np
import pytest
from runs.made_weeks import an_analysis, keep

from pipelines import cli


@pytest.fixture(scope="session")
def keep_runs():
    """Return a function that stores runs on `days`; `shift(k)` is that of the run number k."""

    def kept(root, days, shift=lambda k: {}, *, seed=0, **options):
        rng = np.random.default_rng(seed)
        return [keep(root, d, an_analysis(rng, shift(k), **options)) for k, d in enumerate(days)]

    return kept


@pytest.fixture(scope="session")
def one_run():
    """Return a function that stores one run of `count` stances."""

    def kept(root, shift, *, count, seed=0):
        return keep(root, 0, an_analysis(np.random.default_rng(seed), shift, count=count))

    return kept


@pytest.fixture
def command(monkeypatch, capsys):
    """Return a function that runs the command: exit code, standard output, standard error."""

    def run(*words):
        monkeypatch.setattr("sys.argv", ["midstance", *map(str, words)])
        code = 0
        try:
            cli.main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
            if isinstance(end.code, str):
                print(end.code, file=sys.stderr)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run
