"""Print the `measured_error` of every metric (run with the tree on PYTHONPATH).

Twelve made-up people, a minute each on the level at 3 m/s, realistic pods at 200 Hz, both sides:
the value of each stance minus the true one. Printed as it stands in the declarations, in the
metric's own unit.
"""

import sys
from math import floor, log10

import numpy as np
from conftest import true_metrics

import imu
from imu import simulation
from imu.metrics import METRICS

PEOPLE = range(1, 13)


def errors_of(seed):
    """Return name -> estimates minus truth over the stances of one person."""
    run = simulation.simulate(
        simulation.someone(seed),
        (simulation.Stand(10.0), simulation.Run(60.0)),
        seed=seed,
        pods=simulation.realistic(seed),
    )
    found, truth, true = imu.analyse(run.recording()).stances, run.truth, true_metrics(run)
    apart_s = found.events.initial_contact_s[:, None] - truth.initial_contact_s
    apart_s[found.events.side[:, None] != truth.side] = np.inf
    near = np.abs(apart_s).argmin(axis=1)
    matched = np.abs(apart_s).min(axis=1) < 0.05
    return {
        name: values[matched] - true[name][near[matched]] for name, values in found.metrics.items()
    }


def words(errors):
    """Return bias and SD of (n,) errors, both to the decimals of two digits of the SD."""
    known = errors[np.isfinite(errors)]
    place = 1 - floor(log10(known.std()))
    bias, spread = round(known.mean(), place), round(known.std(), place)
    decimals = max(place, 0)
    return f"bias {bias if bias else 0.0:+.{decimals}f}, SD {spread:.{decimals}f}"


if __name__ == "__main__":
    every = [errors_of(seed) for seed in PEOPLE]
    for metric in METRICS:
        sys.stdout.write(f"{metric:40s}{words(np.concatenate([e[metric] for e in every]))}\n")
