"""Time the samples of a pod by its counter and its clock: evenly, whatever each stamp says."""

from typing import Final

import numpy as np
import numpy.typing as npt

from imu.frames import FloatArray, IntArray
from imu.recording.samples import Samples

US: Final = 1e-6


def unwrap(
    ticks: npt.ArrayLike, *, bits: int = 32, expected: npt.ArrayLike | None = None
) -> IntArray:
    """Return the counts (n,) of a clock of `bits` bits as if it had never wrapped.

    The first count stays. Without `expected` a step is taken as less than half a turn of the
    clock either way; `expected` (n,) is any rough knowledge of elapsed ticks, such as sample
    index times nominal ticks per sample, that gives the number of wraps in a long gap.
    """
    count = np.asarray(ticks, dtype=np.int64)
    step = np.diff(count)
    guess = np.zeros(len(step)) if expected is None else np.diff(np.asarray(expected, np.float64))
    turns = np.rint((guess - step) / 2.0**bits).astype(np.int64)
    wraps = np.zeros(len(count), dtype=np.int64)
    np.cumsum(turns, out=wraps[1:])
    unwrapped: IntArray = count + wraps * 2**bits
    return unwrapped


def sample_time_s(samples: Samples, *, pod: str = "pod", window_s: float = 10.0) -> FloatArray:
    """Return the device time of each sample (n,) in s, from the pod's counter and clock together.

    Samples are evenly spaced, whatever the stamps within a frame say; their period is taken from
    index and device time over `window_s`, never from the nominal rate.
    """
    count = (samples["index"] - samples["index"][:1]).astype(np.float64)
    stamp_s = (samples["device_us"] - samples["device_us"][:1]) * US
    _check_stamps(pod, stamp_s)
    # The last window takes in what is left over, so that none is too short for its slope.
    number = (stamp_s / window_s).astype(np.int64)
    window = np.minimum(number, max(0, int(number[-1]) - 1))
    if window[-1] == 0:
        slope, start_s = np.polyfit(count, stamp_s, 1)
        time_s = start_s + slope * count
    else:
        received = np.bincount(window)
        full = received > 0
        at = np.bincount(window, count)[full] / received[full]
        time_s = _piecewise_line(count, at, np.bincount(window, stamp_s)[full] / received[full])
    _check_counter(pod, time_s, stamp_s)
    return np.asarray(samples["device_us"][0] * US + time_s, dtype=np.float64)


def _check_stamps(pod: str, stamp_s: FloatArray) -> None:
    if len(stamp_s) < 2:
        raise ValueError(f"{pod}: too few samples to determine its rate; record it for longer")
    if (np.diff(stamp_s) < 0).any():
        raise ValueError(f"{pod}: its time runs backward; it was restarted: record it on its own")
    if stamp_s[-1] == 0:
        raise ValueError(f"{pod}: its clock stands still; switch it off and on again")


COUNTER_SLACK_S: Final = 0.05


def _check_counter(pod: str, time_s: FloatArray, stamp_s: FloatArray) -> None:
    worst_s = float(np.abs(time_s - stamp_s).max())
    if worst_s > COUNTER_SLACK_S:
        raise ValueError(
            f"{pod}: its sample counter and its clock disagree by {worst_s:.3f} s; "
            "it was restarted or lost count: record it on its own"
        )


def _piecewise_line(x: FloatArray, at: FloatArray, value: FloatArray) -> FloatArray:
    """Return the piecewise straight line through (at, value), continued straight at its ends."""
    slope = np.diff(value) / np.diff(at)
    before, after = np.minimum(x - at[0], 0.0), np.maximum(x - at[-1], 0.0)
    line: FloatArray = np.interp(x, at, value) + before * slope[0] + after * slope[-1]
    return line
