"""MetaWear, packed samples: two streams without time or number, put together by their order.

A link keeps the order, so the messages of both sensors take turns. Where those of one sensor fall
behind for good, so many of them were lost. What both lost alike shows by nothing but silence.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from firmware_protocols.host_time import HostTime, host_time
from firmware_protocols.metawear.sensors import PACKED
from imu.frames import BoolArray, FloatArray, IntArray

TURNS: Final = 8
"""For so long one sensor must stay behind: messages may swap places for a moment."""


@dataclass(frozen=True)
class Paired:
    """Which samples of each stream (n,) both sensors have, and their number (n,).

    `clock` tells their time. It was made of the accelerometer's messages, of which number k ends
    with sample `last` (k,) and came at `host_s` (k,).
    """

    acc: IntArray
    gyr: IntArray
    number: IntArray
    clock: HostTime
    last: IntArray
    host_s: FloatArray


def paired(of_acc: BoolArray, host_s: FloatArray, nominal_hz: float) -> Paired | None:
    """Pair the messages of one run without a long silence; None where one sensor sent none.

    `of_acc` (n,) says which are the accelerometer's, `host_s` (n,), rising, when they came.
    """
    acc_at, gyr_at = np.flatnonzero(of_acc), np.flatnonzero(~of_acc)
    if not len(acc_at) or not len(gyr_at):
        return None
    turn = turns(of_acc)
    acc_turn, gyr_turn = turn[acc_at], turn[gyr_at]
    late = _gyr_late(acc_turn, gyr_turn, host_s[acc_at], host_s[gyr_at], nominal_hz)
    clock = host_time(PACKED * (acc_turn + 1), host_s[acc_at], nominal_hz)
    missed = np.cumsum(clock.missing)
    nearby = np.clip(np.searchsorted(acc_turn, gyr_turn, side="right") - 1, 0, None)
    acc = _numbers(PACKED * acc_turn + missed)
    gyr = _numbers(PACKED * gyr_turn + missed[nearby] + late)
    number, of_acc_stream, of_gyr_stream = np.intersect1d(acc, gyr, return_indices=True)
    if not len(number):
        return None
    last = PACKED * acc_turn + missed + PACKED - 1
    return Paired(of_acc_stream, of_gyr_stream, number, clock, last, host_s[acc_at])


def _numbers(first: IntArray) -> IntArray:
    return np.asarray(first[:, None] + np.arange(PACKED)).ravel()


def turns(of_acc: BoolArray) -> IntArray:
    """Return the turn of each message (n,): of one sensor they rise by one, by more over a loss."""
    own = np.where(of_acc, np.cumsum(of_acc), np.cumsum(~of_acc)) - 1
    ahead = np.cumsum(np.where(of_acc, 1, -1))
    fell = np.diff(_lasting(ahead), prepend=0)
    behind = np.where(of_acc, np.cumsum(np.maximum(-fell, 0)), np.cumsum(np.maximum(fell, 0)))
    return np.asarray(own + behind)


def _lasting(ahead: IntArray) -> IntArray:
    """Return by how much the accelerometer is ahead (n,) at the least, without what soon passes.

    A step stays where it is: it is the highest of the floors of all stretches around, and of those
    the lowest ceiling.
    """
    width = 2 * TURNS
    edges = (np.zeros(width, np.int64), np.repeat(ahead[-1:], width))
    around = np.concatenate([edges[0], ahead, edges[1]])
    floors = sliding_window_view(around, width).min(axis=1)
    opened = sliding_window_view(floors, width).max(axis=1)
    ceilings = sliding_window_view(np.pad(opened, width - 1, mode="edge"), width).max(axis=1)
    closed = sliding_window_view(ceilings, width).min(axis=1)
    return np.asarray(closed[1 : 1 + len(ahead)])


def _gyr_late(
    acc_turn: IntArray, gyr_turn: IntArray, acc_s: FloatArray, gyr_s: FloatArray, rate_hz: float
) -> int:
    """Return by how many samples the gyroscope's messages end later than those of their turn.

    The radio delays both alike, so on average they arrive as far apart as they were ready.
    """
    _, in_acc, in_gyr = np.intersect1d(acc_turn, gyr_turn, return_indices=True)
    if not len(in_acc):
        return 0
    late = float(np.mean(gyr_s[in_gyr] - acc_s[in_acc])) * rate_hz
    return int(np.clip(np.rint(late), -PACKED, PACKED))
