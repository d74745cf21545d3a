"""Rows of another pod that follow those of the first are told where both rest."""

import numpy as np
import pytest
from runs.virtual_table import POD, refused, right

from pipelines.sources.timing.told_by_movement.turned_at_once import check_turns


def test_pods_one_below_the_other_without_a_time_are_told(shank, take):
    turned = [2, 0, 1]
    acc, gyr = (np.vstack([x[::-1], x[:, turned]]) for x in (shank.acc, shank.gyr))
    rows = [",".join(map(str, (k, *one))) for k, one in enumerate(np.hstack([acc, gyr]).tolist())]
    text = "\n".join(["t,ax,ay,az,gx,gy,gz", *rows, ""])
    match = f"at row {len(shank) + 1} a pod at rest lies another way .* give each pod"
    refused(take, text, f"rate_hz = 100\n{POD}", match)
    right(take(shank.text(), f"rate_hz = 100\n{POD}"))


def test_a_pod_that_is_turned_by_hand_or_runs_does_not_turn_at_once():
    rng = np.random.default_rng(0)
    noise = rng.normal(scale=0.02, size=(2000, 6))
    angle = np.clip((np.arange(2000) - 1000) / 30, 0, 1) * np.pi / 2
    still = np.zeros((2000, 6))
    still[:, 0], still[:, 2] = 9.8 * np.sin(angle), 9.8 * np.cos(angle)
    check_turns(still + noise, 100.0)
    check_turns(still + 50 * noise, 100.0)
    still[1500:, :3] = still[1500:, [1, 0, 2]]
    with pytest.raises(ValueError, match="at row 1501 a pod at rest"):
        check_turns(still + noise, 100.0)
