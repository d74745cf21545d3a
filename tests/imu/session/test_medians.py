"""A session in two numbers per metric."""

import numpy as np
import pandas as pd

from imu.metrics import METRICS
from imu.session.medians import FEWEST_STANCES, session_medians

NAME = "pelvic_drop_deg"
ONE = {NAME: METRICS[NAME]}


def test_each_leg_has_the_median_of_its_own_stances():
    side = np.array(["left", "right"] * 30)
    values = {NAME: np.arange(60.0)}
    expected = [29.0, 30.0]
    np.testing.assert_array_equal(session_medians(side, values, metrics=ONE)[NAME], expected)
    frame = pd.DataFrame({"side": side, **values})
    of_frame = session_medians(frame["side"], frame, metrics=ONE)
    np.testing.assert_array_equal(of_frame[NAME], expected)


def test_too_few_known_stances_are_no_median():
    side = np.array(["left"] * FEWEST_STANCES + ["right"] * FEWEST_STANCES)
    values = np.ones(len(side))
    values[0] = np.nan
    found = session_medians(side, {NAME: values}, metrics=ONE)[NAME]
    assert np.isnan(found[0])
    assert found[1] == 1.0


def test_a_metric_without_a_column_is_not_known():
    assert np.isnan(session_medians(np.array(["left"] * 30), {}, metrics=ONE)[NAME]).all()
