"""WitMotion, decode the packets of one pod into samples, timed by when they came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from firmware_protocols.host_time import SILENT_S, HostTime, host_time
from firmware_protocols.protocol import Configuration, Decoded, Packet
from firmware_protocols.witmotion import frames
from firmware_protocols.witmotion.gatt import WRITE_OF
from firmware_protocols.witmotion.registers import RATES_HZ, Register, battery_pct
from imu.frames import BoolArray, FloatArray, IntArray
from imu.recording.samples import SAMPLE, Samples

CLOSE: Final = 0.03
"""Two rates that differ by less are one: no pod keeps its nominal rate, and some loss is unseen."""
UNSETTLED_S: Final = 2.0
UNSEEN: Final = (
    f"lost samples show only where nothing came for {SILENT_S:g} s, damaged ones never, and times "
    "are those of arrival: these pods send no time, no count and no checksum"
)


@dataclass(frozen=True)
class _Stream:
    """All that a pod notified, end to end.

    Notification k ends at `ends[k]` and came at `host_s[k]`.
    `at` (n,) is where its frames begin, of which `is_sample` (n,) says which are samples.
    """

    content: bytes
    ends: IntArray
    host_s: FloatArray
    at: IntArray
    is_sample: BoolArray


def decode(packets: Sequence[Packet], _: Sequence[Configuration] = ()) -> Decoded:
    """Decode everything received from one pod, in the order of arrival.

    Scale and ranges of these pods are fixed, so no configuration is ever borrowed. What is no
    frame is counted in `trouble`, never fatal.
    """
    stream = _joined([packet for packet in packets if packet.channel in WRITE_OF])
    told, settings = _registers(stream)
    stream, unsettled = _settled(stream, settings)
    nominal_hz = RATES_HZ.get(told.get(Register.RATE, 0))
    if stream.is_sample.any():
        samples, arrival, clock = _timed(stream, nominal_hz)
        rate_hz, said = _rate(clock.rate_hz, nominal_hz)
        lost = int(clock.missing.sum())
    else:
        samples, arrival, lost = np.zeros(0, SAMPLE), np.zeros((0, 2)), 0
        rate_hz, said = nominal_hz or 0.0, ()
    return Decoded(
        samples=samples,
        arrival=arrival,
        scale=frames.SCALE,
        rate_hz=rate_hz,
        device=_words(told),
        battery_pct=battery_pct(told.get(Register.BATTERY, 0)),
        lost=lost,
        trouble=_trouble(stream.at, unsettled),
        assumed=(UNSEEN, *said),
        time_quality="host",
    )


def _joined(packets: Sequence[Packet]) -> _Stream:
    content = b"".join(packet.payload for packet in packets)
    ends = np.cumsum([len(packet.payload) for packet in packets], dtype=np.int64)
    host_s = np.array([packet.host_ns for packet in packets], dtype=np.float64) * 1e-9
    at = frames.find_frames(content, ends)
    kind = np.frombuffer(content, np.uint8)[at + 1]
    return _Stream(content, ends, np.maximum.accumulate(host_s), at, kind == frames.SAMPLE)


def _registers(stream: _Stream) -> tuple[dict[int, int], list[tuple[int, int]]]:
    """Return the newest value of each register that was asked for: the first of its frame.

    With them, between which two places the rate was set to another.
    """
    told: dict[int, int] = {}
    settings = []
    rate_at = 0
    for at in stream.at[~stream.is_sample].tolist():
        first, values = frames.decode_registers(stream.content[at : at + frames.SIZE])
        if first == Register.RATE:
            if told.get(first, values[0]) != values[0]:
                settings.append((rate_at, at))
            rate_at = at
        told[first] = values[0]
    return told, settings


def _settled(stream: _Stream, settings: Sequence[tuple[int, int]]) -> tuple[_Stream, int]:
    """Leave out the samples from shortly before a rate was asked for until another was set.

    They came at the old rate, and no time shows which. With the rest, how many those are.
    """
    kept = stream.is_sample.copy()
    for asked_at, set_at in settings:
        asked_s = stream.host_s[np.searchsorted(stream.ends, asked_at, side="right")]
        begin = int(np.searchsorted(stream.host_s, asked_s - UNSETTLED_S))
        begin_at = int(stream.ends[begin - 1]) if begin else 0
        kept &= (stream.at < begin_at) | (stream.at > set_at)
    return replace(stream, is_sample=kept), int(np.count_nonzero(stream.is_sample & ~kept))


def _timed(stream: _Stream, nominal_hz: float | None) -> tuple[Samples, FloatArray, HostTime]:
    """Return the samples (n,), their arrival (k, 2) by notification, and the time behind both.

    Index 0 is about the zero of the host's clock, so that a sample has nearly the same index in
    any part of a recording.
    """
    at = stream.at[stream.is_sample]
    ended = np.searchsorted(stream.ends, at + frames.SIZE)  # the notification that ends a sample
    carries, first = np.unique(ended, return_index=True)
    count = np.append(first[1:], len(at))
    host_s = stream.host_s[carries]
    clock = host_time(count, host_s, nominal_hz)
    missed = np.repeat(np.cumsum(clock.missing), np.diff(first, append=len(at)))
    number = np.arange(len(at)) + missed
    time_s = clock.at(number)
    rows = frames.samples_of(stream.content, at)
    samples = np.zeros(len(at), SAMPLE)
    samples["index"] = number + round(time_s[0] * (nominal_hz or clock.rate_hz))
    samples["device_us"] = np.rint(time_s * 1e6)
    samples["acc_lsb"], samples["gyr_lsb"] = rows["acc"], rows["gyr"]
    return samples, np.column_stack([time_s[count - 1], host_s]), clock


def _rate(measured_hz: float, nominal_hz: float | None) -> tuple[float, tuple[str, ...]]:
    """Return the nominal rate if the pod keeps it, else the measured one; and what is odd of it."""
    known = [] if nominal_hz is None else [nominal_hz]
    for rate_hz in (*known, *RATES_HZ.values()):
        if abs(measured_hz / rate_hz - 1) < CLOSE:
            measured_hz = rate_hz
            break
    if nominal_hz is None or measured_hz == nominal_hz:
        return measured_hz, ()
    return measured_hz, (f"it was set to {nominal_hz:g} Hz, but {measured_hz:.3g} Hz arrived",)


def _trouble(at: IntArray, unsettled: int) -> Mapping[str, int]:
    """Count what was skipped: what is before the first frame is none."""
    counted = {
        "damaged frame": int(np.count_nonzero(np.diff(at) > frames.SIZE)),
        "sample before the rate was set": unsettled,
    }
    return {reason: count for reason, count in counted.items() if count}


def _words(told: Mapping[int, int]) -> dict[str, str]:
    version = told.get(Register.VERSION)
    return {"protocol": "WitMotion", **({} if version is None else {"firmware": str(version)})}
