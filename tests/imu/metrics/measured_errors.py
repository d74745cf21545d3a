"""Measure anew all that cites a measured error, in one command.

    PYTHONPATH=. python tests/imu/metrics/measured_errors.py --write --data DIR

prints the `measured_error` of every metric, writes it into its declaration (`--write`), and has
`midstance validate` write docs/validity.md from the public recordings in DIR (`--data`).

Twelve made-up people, a minute each on the level at 3 m/s, realistic pods at 200 Hz, both sides:
the value of each stance minus the true one. Printed as it stands in the declarations, in the
metric's own unit.
"""

import argparse
import re
import subprocess
import sys
from math import floor, log10
from pathlib import Path

import numpy as np

import imu
from imu import simulation
from imu.metrics import METRICS

PEOPLE = range(1, 13)
ROOT = Path(__file__).parents[3]


def errors_of(seed):
    """Return name -> estimates minus truth over the stances of one person."""
    run = simulation.simulate(
        simulation.someone(seed),
        (simulation.Stand(10.0), simulation.Run(60.0)),
        seed=seed,
        pods=simulation.realistic(seed),
    )
    found, truth = imu.analyse(run.recording()).stances, run.truth
    apart_s = found.events.initial_contact_s[:, None] - truth.initial_contact_s
    apart_s[found.events.side[:, None] != truth.side] = np.inf
    near = np.abs(apart_s).argmin(axis=1)
    matched = np.abs(apart_s).min(axis=1) < 0.05
    return {
        name: values[matched] - truth.metrics[name][near[matched]]
        for name, values in found.metrics.items()
    }


def words(errors):
    """Return bias and SD of (n,) errors, both to the decimals of two digits of the SD."""
    known = errors[np.isfinite(errors)]
    place = 1 - floor(log10(known.std()))
    bias, spread = round(known.mean(), place), round(known.std(), place)
    decimals = max(place, 0)
    return f"bias {bias if bias else 0.0:+.{decimals}f}, SD {spread:.{decimals}f}"


def write(declared):
    """Replace the `measured_error` in the declaration of each metric of `declared`."""
    for path in sorted((ROOT / "imu/metrics/definitions").glob("*.py")):
        before = path.read_text(encoding="utf-8")
        parts = re.split(r"(?m)^(?=@metric)", before)
        after = [parts[0], *(_declared(part, declared) for part in parts[1:])]
        path.write_text("".join(after), encoding="utf-8")


def _declared(part, declared):
    name = re.search(r"(?m)^def (\w+)", part).group(1)
    text, found = re.subn(
        r'measured_error="[^"]*"', f'measured_error="{declared[name]}"', part, count=1
    )
    if not found:
        raise SystemExit(f"the declaration of {name} has no measured_error in one line")
    return text


def main():
    """Measure, print, and write what is asked for."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--write", action="store_true", help="into the declarations")
    asked.add_argument("--data", type=Path, help="public recordings, for docs/validity.md")
    given = asked.parse_args()
    every = [errors_of(seed) for seed in PEOPLE]
    found = {name: words(np.concatenate([one[name] for one in every])) for name in METRICS}
    for name, text in found.items():
        sys.stdout.write(f"{name:40s}{text}\n")
    if given.write:
        write(found)
    if given.data:
        command = [sys.executable, "-m", "pipelines.cli", "validate", "--data", str(given.data)]
        subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
