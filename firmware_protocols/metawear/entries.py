"""MetaWear, entries of the log: four bytes of a sample each, with the pod's tick.

A sample of one sensor has six bytes, so it is two entries, whose ticks may differ by one; a sample
of both sensors is four. A half whose other was lost is no sample, and is never filled.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from firmware_protocols.metawear.messages import TICK_BITS, Module
from firmware_protocols.metawear.processors import NO_INDEX
from firmware_protocols.metawear.sensors import VECTOR, Chip
from firmware_protocols.protocol import DecodeError
from imu.frames import BoolArray, FloatArray, IntArray

ENTRY: Final[np.dtype[Any]] = np.dtype([("id", "u1"), ("tick", "<u4"), ("data", "<u4")])
"""The number of its trigger in bits 0 to 4, of the start of the pod in bits 5 to 7."""
ID_BITS: Final = 5
DATA_BYTES: Final = 4
MOST_PER_MESSAGE: Final = 2
HALVES_TICKS: Final = 1


@dataclass(frozen=True, slots=True)
class Trigger:
    """What is logged: `size` bytes from `offset` on of what a register notifies."""

    module: int
    register: int
    index: int
    offset: int
    size: int


def triggers_of(chip: Chip) -> tuple[Trigger, ...]:
    """Return the triggers that log both sensors, in the order in which they are made."""
    places = ((Module.ACC, chip.acc_samples), (Module.GYR, chip.gyr_samples))
    rest = VECTOR.itemsize - DATA_BYTES
    return tuple(
        Trigger(module, register, NO_INDEX, offset, size)
        for module, register in places
        for offset, size in ((0, DATA_BYTES), (DATA_BYTES, rest))
    )


def encode_trigger(trigger: Trigger) -> bytes:
    """Encode the data of a trigger."""
    where = trigger.offset | (trigger.size - 1) << ID_BITS
    return bytes([trigger.module, trigger.register, trigger.index, where])


def decode_trigger(data: bytes) -> Trigger | None:
    """Decode the data of a trigger; None where there is none of that number."""
    if not data:
        return None
    if len(data) < 4:
        raise DecodeError("not a trigger of a log", data)
    module, register, index, where = data[:4]
    return Trigger(module, register, index, where % 2**ID_BITS, (where >> ID_BITS) + 1)


def encode_entry(number: int, start: int, tick: int, data: bytes) -> bytes:
    """Encode an entry; shorter data than four bytes are filled up with zeros."""
    word = int.from_bytes(data, "little")
    return np.array((number | start << ID_BITS, tick % 2**TICK_BITS, word), ENTRY).tobytes()


def decode_entries(data: bytes) -> list[bytes]:
    """Return the one or two entries of a message."""
    if not data or len(data) % ENTRY.itemsize or len(data) > MOST_PER_MESSAGE * ENTRY.itemsize:
        raise DecodeError("not entries of a log", data)
    return [data[at : at + ENTRY.itemsize] for at in range(0, len(data), ENTRY.itemsize)]


@dataclass(frozen=True)
class Vectors:
    """Samples of one sensor from a log: their ticks as sent (n,), and counts (n, 3)."""

    tick: IntArray
    counts: IntArray


@dataclass(frozen=True)
class Logged:
    """Samples of both sensors from one start of a pod, by the unwrapped tick (n,)."""

    start: int
    tick: IntArray
    acc: IntArray
    gyr: IntArray


def samples_of(
    content: bytes, triggers: Mapping[int, Trigger], chip: Chip, trouble: Counter[str]
) -> list[Logged]:
    """Return the samples of both sensors in the entries of a log, one start of the pod each."""
    rows = np.frombuffer(content, ENTRY)
    known = {trigger: number for number, trigger in triggers.items()}
    numbers = [known.get(trigger, -1) for trigger in triggers_of(chip)]
    own = np.isin(rows["id"] % 2**ID_BITS, numbers)
    trouble["entry of another log"] += int(np.count_nonzero(~own))
    rows = rows[own]
    number, start = rows["id"] % 2**ID_BITS, rows["id"] >> ID_BITS
    found = []
    edges = np.flatnonzero(_begins_anew(start, rows["tick"]))
    for first, stop in zip(edges, [*edges[1:], len(rows)], strict=True):
        part, of = rows[first:stop], number[first:stop]
        acc = _vectors(part, of, numbers[:2], trouble)
        gyr = _vectors(part, of, numbers[2:], trouble)
        joined = _joined(acc, gyr, trouble)
        if len(joined[0]):
            found.append(Logged(int(start[first]), *joined))
    return found


def _begins_anew(start: IntArray, tick: IntArray) -> BoolArray:
    """Return for each entry (n,) whether it is the first of a start of the pod."""
    before = step_ticks(tick) < -HALVES_TICKS
    begins: BoolArray = np.ones(len(tick), dtype=bool)
    begins[1:] = (np.diff(start.astype(np.int64)) != 0) | before
    return begins


def step_ticks(tick: IntArray) -> IntArray:
    """Return how far each tick is from the one before (n-1,), over a wrap of the clock too."""
    half = 2 ** (TICK_BITS - 1)
    steps: IntArray = (np.diff(tick.astype(np.int64)) + half) % 2**TICK_BITS - half
    return steps


def unwrapped(tick: IntArray) -> IntArray:
    """Return ticks (n,) as if the clock had never wrapped; the first stays."""
    first = tick[:1].astype(np.int64)
    return np.concatenate([first, first + np.cumsum(step_ticks(tick))])


def _vectors(rows: Any, number: IntArray, halves: Sequence[int], trouble: Counter[str]) -> Vectors:
    """Join the halves of one sensor: the second comes right behind the first."""
    own = np.flatnonzero(np.isin(number, halves))
    rows, second = rows[own], number[own] == halves[1]
    apart = np.abs(step_ticks(rows["tick"]))
    first = np.flatnonzero(~second[:-1] & second[1:] & (apart <= HALVES_TICKS))
    trouble["half of a sample without the other"] += len(own) - 2 * len(first)
    words = np.column_stack([rows["data"][first], rows["data"][first + 1]]).astype("<u4")
    counts = words.view("<i2")[:, :3].astype(np.int64)
    return Vectors(rows["tick"][first].astype(np.int64), counts)


def _joined(
    acc: Vectors, gyr: Vectors, trouble: Counter[str]
) -> tuple[IntArray, IntArray, IntArray]:
    """Return ticks (n,), acceleration and angular rate (n, 3) of what both sensors measured.

    Each acceleration gets the angular rate nearest to it, but for what both are always apart.
    """
    if not len(acc.tick) or not len(gyr.tick):
        trouble[ALONE] += len(acc.tick) + len(gyr.tick)
        none = np.zeros((0, 3), np.int64)
        return np.zeros(0, np.int64), none, none
    at, gyr_at = unwrapped(acc.tick), unwrapped(gyr.tick)
    gyr_at += step_ticks(np.array([acc.tick[0], gyr.tick[0]]))[0] + at[0] - gyr_at[0]
    period = float(np.median(np.diff(at))) if len(at) > 1 else 1.0
    level = np.asarray(gyr_at - _phase(at, gyr_at, period), np.float64)
    which = _nearest(at, level)
    off = level - at[which]
    fits = np.flatnonzero(np.abs(off) <= max(period / 2, 1.0))
    one, first = np.unique(which[fits], return_index=True)
    trouble[ALONE] += len(acc.tick) + len(gyr.tick) - 2 * len(one)
    return at[one], acc.counts[one], gyr.counts[fits[first]]


ALONE: Final = "sample of one sensor without the other"


def _nearest(at: IntArray, wanted: FloatArray) -> IntArray:
    """Return which of `at` (n,), rising, is nearest to each of `wanted` (m,)."""
    above = np.clip(np.searchsorted(at, wanted), 1, max(1, len(at) - 1))
    below = above - 1
    above = np.minimum(above, len(at) - 1)
    which: IntArray = np.where(wanted - at[below] <= at[above] - wanted, below, above)
    return which


def _phase(at: IntArray, gyr_at: IntArray, period: float) -> float:
    """Return by how many ticks angular rates are later than accelerations, within a period."""
    off = gyr_at - at[_nearest(at, gyr_at.astype(np.float64))]
    turn = np.exp(2j * np.pi * off / period).mean()
    return float(np.angle(turn) * period / (2 * np.pi))
