"""Packets in each other's place are told where nothing but a rate times them."""

import numpy as np
import pytest
from runs.virtual_table import POD, refused, right

from imu.recording.fills.side_by_side import SideBySide
from imu.simulation import Run, Stand, simulate
from imu.simulation.people import anyone
from pipelines.sources.timing.told_by_movement.out_of_order import FEWEST, exchanged


def with_exchanged(count, size, every):
    """Return the order of rows in which each `every`-th packet stands before the last one."""
    order = np.arange(count)
    for first in range(400, count - 2 * size, every * size):
        order[first : first + 2 * size] = np.roll(order[first : first + 2 * size], size)
    return order


@pytest.mark.parametrize("size", [4, 6, 15])
def test_exchanged_packets_are_refused_without_a_time(shank, take, size):
    rows = with_exchanged(len(shank), size, 8 if size > 10 else 12)
    match = rf"packets of {size} rows stand in each other's place at \d+ places at least"
    refused(take, shank.text(rows=rows), f"rate_hz = 100\n{POD}", match)


def test_samples_in_order_are_none_in_any_size_of_count(shank, take):
    right(take(shank.text(), f"rate_hz = 100\n{POD}"))
    who, pods = anyone(41)
    run = simulate(who, (Stand(3.0), Run(8.0)), seed=41, pods=pods, rate_hz=52.0).recording()
    for pod in run.sensors.values():
        for counts in (1e-4, 0.05):
            acc, gyr = (np.round(x / counts) * counts for x in (pod.acc_mps2, pod.gyr_radps))
            assert exchanged(SideBySide.of(acc, gyr))[1] < FEWEST
