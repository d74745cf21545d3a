"""A clock that is set forward by less than a pause is told by the movement, where that shows it."""

import numpy as np
import pytest
from runs.virtual_table import MS, POD, imported, refused, right

from pipelines.sources.timing.told_by_movement.clock_set import set_forward


def signals(shank):
    return np.hstack([shank.acc, shank.gyr])


@pytest.mark.parametrize("by_s", [0.1, 3.0, 30.0])
def test_a_clock_set_forward_is_told_from_most_losses(shank, by_s):
    """Each pod tells more than half of its own, and hardly takes a loss for one."""
    values, place = signals(shank), np.arange(len(shank))
    told, wrong = [], []
    for at in range(500, 1000, 13):
        by = round(by_s * 100)
        told.append(len(set_forward(values, place, place + by * (place >= at))))
        kept = (place < at) | (place >= at + by)
        wrong.append(len(set_forward(values, place[kept], place[kept])))
    assert np.mean(told) > 0.5
    assert np.mean(wrong) < 0.05


def test_a_clock_set_forward_is_said_with_its_row(shank, take):
    moved = next(k for k in range(600, 700) if len(jumped(shank, k)))
    text = shank.text(shank.ms + 2000 * (np.arange(len(shank)) >= moved))
    done = take(text, MS + POD)
    said = f"jumps forward by 2.01 s at row {moved + 1}, and the movement goes on there as if"
    right(done, lost=200, said=said)
    assert done.doubts == ["clock_set"]


def test_a_clock_of_the_gyroscope_that_was_set_forward_is_doubted_as_well(shank, tmp_path):
    place = np.arange(len(shank))
    told = [k for k in range(1450, 1480) if len(set_forward(shank.gyr, place, jump(place, k)))]
    late = 10 * (jump(place, told[0]) - place)
    columns = {"acc.csv": ("t,ax,ay,az", shank.ms, shank.acc)}
    columns["gyr.csv"] = ("t,gx,gy,gz", shank.ms + late, shank.gyr)
    files = {
        name: "\n".join(
            [head, *(",".join(map(str, (t, *row))) for t, row in zip(ms, rows, strict=True)), ""]
        )
        for name, (head, ms, rows) in columns.items()
    }
    mapping = f'{MS}clock = "one"\n{POD}file = "acc"\ngyr_file = "gyr"\n'
    assert imported(tmp_path, files, mapping).doubts == ["clock_set"]


def jump(place, at):
    return place + 200 * (place >= at)


def jumped(shank, at):
    place = np.arange(len(shank))
    return set_forward(signals(shank), place, jump(place, at))


def test_a_time_that_begins_anew_each_second_is_no_clock_that_was_set(shank, take):
    text = shank.text(shank.ms % 1000)
    refused(take, text, MS + POD, "at 13 rows more: it shows a part of the time only, or rows of")
