"""Where somebody runs, sample by sample, whatever bouts lie in one another or end the record."""

import numpy as np
import pytest

from imu.quality.pod_slip import running_samples


class Spans:
    """Bouts from and to these times."""

    def __init__(self, *spans):
        self.spans = spans

    def spans_s(self):
        return tuple(np.array(self.spans, dtype=np.float64).reshape(-1, 2).T)


@pytest.mark.parametrize(
    "spans",
    [
        (),
        [(-3.0, 0.5)],
        [(0.0, 1.0), (1.0, 2.0)],
        [(0.25, 0.5), (0.4, 3.0), (4.0, 90.0)],
        [(2.0, 2.0), (3.0, 3.1)],
    ],
)
def test_running_is_from_the_first_contact_to_the_last_toe_off_of_each_bout(spans):
    found = running_samples(Spans(*spans), 50, 10.0, start_s=-1.0)
    place = np.clip((np.reshape(spans, (-1, 2)) + 1.0) * 10.0, 0, 50).astype(int)
    expected = np.zeros(50, dtype=bool)
    for start, stop in place:
        expected[start:stop] = True
    np.testing.assert_array_equal(found, expected)
