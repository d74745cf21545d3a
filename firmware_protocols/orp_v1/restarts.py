"""ORP v1, assign each frame to the sampling it belongs to, also after a restart of the pod.

Whenever a pod begins to sample anew, after a reboot for one, index and clock start over. Its
answers say when that was, but an answer may be lost: so index and clock of the frames count too.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from firmware_protocols.orp_v1.device_clock import STRAY, WRAP_US, device_clock, nearest
from imu.frames import BoolArray, FloatArray, IntArray

JUMP_US: Final = 60_000.0
"""Index and clock of one sampling are never this far apart from one frame to the next."""
BEHIND_US: Final = 10_000_000.0
"""A clock that runs on is never this far behind the host's: no frame waits so long."""
ALIKE_US: Final = 1_000.0


def assign_samplings(
    header: npt.NDArray[Any],
    *,
    host_us: FloatArray,
    live: BoolArray,
    run: IntArray,
    period_us: FloatArray,
) -> IntArray:
    """Return which sampling each frame (k,) belongs to, counted in order of arrival; -1: none.

    Frames stand in order of arrival, no frame twice. `live` ones came as they were made, the
    others were fetched again later. Frames of different `run` are known to be of different
    samplings; `period_us` is the nominal sample period of each.
    """
    begins = np.diff(run, prepend=-1) != 0
    row = np.flatnonzero(live)
    begins[row[1:]] |= _restarted(header[row], host_us[row], period_us[row]) & (
        np.diff(run[row]) == 0
    )
    number = np.cumsum(begins) - 1
    if len(row) < len(header) and len(number) and number[-1] > 0:
        _assign_fetched(number, header, live, period_us)
    return _of_one_configuration(number, header, live)


def _of_one_configuration(number: IntArray, header: npt.NDArray[Any], live: BoolArray) -> IntArray:
    """Leave out frames that were made under another configuration than the rest of a sampling."""
    order = np.argsort(~live, kind="stable")
    sampling, first = np.unique(number[order], return_index=True)
    config = header["config"][order[first]]
    same = config[np.searchsorted(sampling, number)] == header["config"]
    return np.where(same, number, -1)


def _restarted(header: npt.NDArray[Any], host_us: FloatArray, period_us: FloatArray) -> BoolArray:
    """Return for each live frame but the first whether the pod began anew before it."""
    counted = np.diff(header["index"].astype(np.int64))
    passed_us = np.diff(host_us)
    expected_us = counted * period_us[1:]
    step_us = nearest(np.diff(header["t0_us"].astype(np.int64)), expected_us)
    went_back = (counted < 0) & (passed_us > 0)
    disagree = np.abs(step_us - expected_us) > JUMP_US + STRAY * np.abs(expected_us)
    lost_time = (passed_us - step_us > BEHIND_US) & (counted != header["n"][:-1])
    other = np.diff(header["config"].astype(np.int64)) != 0
    return np.asarray(went_back | disagree | lost_time | other)


def _assign_fetched(
    number: IntArray, header: npt.NDArray[Any], live: BoolArray, period_us: FloatArray
) -> None:
    """Give each fetched frame to the sampling whose clock it has, in doubt the present one."""
    back = np.flatnonzero(~live)
    offset_us = np.stack(
        [
            _clock_offset_us(header[back], header[live & (number == k)], period_us[back])
            for k in range(int(number[-1]) + 1)
        ]
    )
    own = np.arange(len(back))
    here_us, best = offset_us[number[back], own], offset_us.argmin(axis=0)
    alone = ~np.isfinite(here_us)  # nothing of the present sampling came live
    here_us[alone] = JUMP_US
    away = offset_us[best, own] < here_us - ALIKE_US
    number[back[away]] = best[away]
    number[back[~away & (here_us > JUMP_US)]] = -1


def _clock_offset_us(
    header: npt.NDArray[Any], known: npt.NDArray[Any], period_us: FloatArray
) -> FloatArray:
    """Return how far each frame is off the clock of the frames `known`; infinite without any."""
    if not len(known):
        return np.full(len(header), np.inf)
    index = header["index"].astype(np.int64)
    expected_us = device_clock(known, None, float(np.median(period_us)))(index)
    off_us = (header["t0_us"].astype(np.int64) - expected_us + WRAP_US // 2) % WRAP_US
    return np.asarray(np.abs(off_us - WRAP_US // 2), dtype=np.float64)
