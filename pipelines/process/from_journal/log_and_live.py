"""Put what a pod recorded on board and what of the same run came by radio together, each once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from firmware_protocols.protocol import Decoded
    from imu.frames import BoolArray, FloatArray, IntArray

SAME_CLOCK_S: Final = 1.0
"""Two clocks of a pod that differ by more from the host's are of two starts of it."""
LEAST_EQUAL: Final = 0.95
"""Of the samples that both have; damage apart, all are equal where both are of one run."""
TELLS_S: Final = 1.0
"""Samples of so long that both have tell whether both are of one run."""
NOT_ONE_RUN: Final = (
    "its log and what came by radio are not of one run, for they differ where both have samples"
)


def log_and_live_as_one(decoded: Decoded) -> Decoded:
    """Return what was received of a pod with each live sampling put into the log it is part of.

    A sample that both have is taken from the log. Where they differ, they are of two runs: then
    both stay, and a sentence says so.
    """
    logs = [one for one in decoded.samplings if one.logged]
    if not logs:
        return decoded
    alone = []
    for live in (one for one in decoded.samplings if not one.logged):
        at = next((k for k, log in enumerate(logs) if _of_one_clock(log, live)), None)
        if at is None:
            alone.append(live)
        elif (both := _together(logs[at], live)) is None:
            alone.append(replace(live, assumed=(*live.assumed, NOT_ONE_RUN)))
        else:
            logs[at] = both
    *earlier, last = sorted([*logs, *alone], key=_begun)
    return replace(
        last, earlier=tuple(earlier), trouble=decoded.trouble, battery_pct=decoded.battery_pct
    )


def are_of_one_run(log: Decoded, live: Decoded) -> bool | None:
    """Return whether what came by radio is part of what a pod recorded on board; None: in doubt.

    It is where one clock runs in both and samples that both have are equal. In doubt it is where
    the times of one clock overlap and next to no sample is in both.
    """
    serials = {serial for one in (log, live) if (serial := one.device.get("serial", ""))}
    if len(serials) > 1:
        return False
    said = [
        _told(one, other)
        for one in log.samplings
        for other in live.samplings
        if one.logged and not other.logged and _of_one_clock(one, other)
    ]
    return True if True in said else None if None in said else False


def _told(log: Decoded, live: Decoded) -> bool | None:
    logged_us, live_us = log.samples["device_us"], live.samples["device_us"]
    nearest = _nearest(logged_us, live_us)
    shared = np.abs(logged_us[nearest] - live_us) < 1e6 / log.rate_hz / 2
    if np.count_nonzero(shared) >= log.rate_hz * TELLS_S:
        return _equal(log, live, nearest, shared) >= LEAST_EQUAL
    apart = logged_us[-1] < live_us[0] or live_us[-1] < logged_us[0]
    return False if apart else None


def _begun(one: Decoded) -> float:
    return float(one.arrival[:, 1].min()) if len(one.arrival) else 0.0


def _of_one_clock(log: Decoded, live: Decoded) -> bool:
    if not len(log.arrival) or not len(live.arrival) or log.scale != live.scale:
        return False
    lag_s = [float((one.arrival[:, 1] - one.arrival[:, 0]).min()) for one in (log, live)]
    return abs(lag_s[1] - lag_s[0]) < SAME_CLOCK_S


def _together(log: Decoded, live: Decoded) -> Decoded | None:
    """Return the log with what it lacks of the live samples, None where they are not of one run."""
    period_us = 1e6 / log.rate_hz
    logged_us, live_us = log.samples["device_us"], live.samples["device_us"]
    nearest = _nearest(logged_us, live_us)
    shared = np.abs(logged_us[nearest] - live_us) < period_us / 2
    if shared.any() and _equal(log, live, nearest, shared) < LEAST_EQUAL:
        return None
    new = live.samples[~shared].copy()
    passed = (new["device_us"] - logged_us[0]) / period_us
    new["index"] = log.samples["index"][0] + np.rint(passed).astype(np.int64)
    index, kept = np.unique(np.concatenate([log.samples["index"], new["index"]]), return_index=True)
    samples = np.concatenate([log.samples, new])[kept]
    return replace(
        log,
        samples=samples,
        arrival=_in_order(np.concatenate([log.arrival, live.arrival])),
        clipped=_clipped(log, live, ~shared, kept),
        lost=int(index[-1] - index[0]) + 1 - len(index),
        time_quality=live.time_quality,
        shared_clock=log.shared_clock or live.shared_clock,
        requests=_in_order(np.concatenate([log.requests, live.requests])),
    )


def _nearest(rising: IntArray, wanted: IntArray) -> IntArray:
    above = np.clip(np.searchsorted(rising, wanted), 1, len(rising) - 1)
    nearer_below = wanted - rising[above - 1] < rising[above] - wanted
    return np.asarray(np.where(nearer_below, above - 1, above))


def _equal(log: Decoded, live: Decoded, nearest: IntArray, shared: BoolArray) -> float:
    one, other = log.samples[nearest[shared]], live.samples[shared]
    return float((one["acc_lsb"] == other["acc_lsb"]).all(axis=1).mean())


def _in_order(pairs: FloatArray) -> FloatArray:
    return pairs[np.argsort(pairs[:, 0], kind="stable")]


def _clipped(log: Decoded, live: Decoded, new: BoolArray, kept: IntArray) -> BoolArray | None:
    if log.clipped is None or live.clipped is None:
        return None
    return np.asarray(np.concatenate([log.clipped, live.clipped[new]])[kept])
