"""A recording that stands twice in a file is no run of twice its length."""

import numpy as np
import pytest
from runs.virtual_table import MS, POD, refused, right

from pipelines.sources.timing.told_by_movement.stands_twice import check_once


@pytest.mark.parametrize("again", [slice(None), slice(200, None)])
def test_rows_that_come_again_are_named_where_nothing_but_a_rate_times_them(shank, take, again):
    head, *rows = shank.text().splitlines()
    text = "\n".join([head, *rows, *rows[again], ""])
    refused(take, text, f"rate_hz = 100\n{POD}", r"come again from row \d+ on, .*; export it once")
    if again == slice(None):  # their own time says it as well
        right(take(text, MS + POD), said="sent twice left out")


def test_rest_and_strides_that_somebody_repeated_are_no_second_recording():
    rng = np.random.default_rng(0)
    stride = rng.normal(size=(300, 6))
    check_once(np.concatenate([stride] * 6))
    check_once(np.zeros((3000, 6)))
    check_once(rng.normal(size=(3000, 6)))
    with pytest.raises(ValueError, match="stands there twice"):
        check_once(np.concatenate([stride, 0.1 * rng.normal(size=(300, 6)), stride]))
