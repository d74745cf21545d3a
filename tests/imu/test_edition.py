"""Numbers that move carry another edition: a baseline must never mix two without a word."""

from pathlib import Path

import numpy as np

import imu
from imu.edition import EDITION, FIRST, edition_of
from imu.metrics import METRICS
from imu.session.medians import session_medians
from imu.simulation import Run, Runner, Stand, realistic, simulate

GOLDEN = Path(__file__).with_name("edition.txt")
SHARE = 0.1
"""Of the typical error between sessions: less than that is rounding, on any machine."""


def medians():
    script = (Stand(8.0), Run(40.0, speed_mps=3.0))
    run = simulate(Runner(), script, seed=11, pods=realistic(11), rate_hz=200.0)
    frame = imu.analyse(run.recording()).stances.to_frame()
    return session_medians(frame["side"].to_numpy(), frame)


def written(numbers):
    rows = [f"{name} {left:.6g} {right:.6g}" for name, (left, right) in numbers.items()]
    return "\n".join([f"edition {EDITION}", *rows, ""])


def test_numbers_that_moved_are_another_edition():
    """Count `EDITION` up, delete the file and run again; never delete it alone."""
    now = medians()
    if not GOLDEN.exists():
        GOLDEN.write_text(written(now), encoding="utf-8")
        raise AssertionError(f"{GOLDEN.name} was missing and has been written; run again")
    first, *rows = GOLDEN.read_text(encoding="utf-8").splitlines()
    assert first == f"edition {EDITION}"
    before = {
        name: np.array([float(left), float(right)]) for name, left, right in map(str.split, rows)
    }
    assert set(before) == set(now)
    moved = [
        name
        for name, values in now.items()
        if not np.allclose(
            values, before[name], rtol=0, atol=SHARE * METRICS[name].typical_error, equal_nan=True
        )
    ]
    assert not moved, "other numbers from the same samples: count EDITION up"


def test_an_analysis_names_its_edition_and_the_first_did_not():
    run = simulate(Runner(), (Stand(6.0), Run(12.0)), seed=1, rate_hz=200.0)
    assert edition_of(imu.analyse(run.recording()).parameters) == EDITION
    assert edition_of({}) == edition_of(None) == FIRST
