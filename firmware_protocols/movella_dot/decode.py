"""Movella DOT, decode the packets of one pod into samples; count what cannot be decoded."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from firmware_protocols.movella_dot.device_clock import US, WRAP_US, numbered, starts
from firmware_protocols.movella_dot.files import Field, layout
from firmware_protocols.movella_dot.received import File, Received, sort_packets
from firmware_protocols.movella_dot.samples import (
    CLOCK,
    LIVE,
    SCALE,
    acc_counts,
    clipped,
    gyr_counts,
    possible,
)
from firmware_protocols.movella_dot.values import LIVE_RATES_HZ
from firmware_protocols.protocol import Configuration, Decoded, Packet
from firmware_protocols.sampling_order import newest_last, without_samples
from imu.frames import FloatArray, IntArray
from imu.recording.samples import SAMPLE

NOT_FLAGGED: Final = (
    "live samples of this pod say nothing of clipping, and each is the mean of some thirteen: a "
    "peak that clipped shows as full scale only if it lasted; a recording on board says it"
)
UNIT_UNKNOWN: Final = (
    "its angular velocity is taken to be in °/s as published: it turned too little to tell, and "
    "some of these pods export rad/s"
)
LEAST_RADPS, MOST_RADPS = 0.1, 100.0
"""A recording that never turned faster does not tell its unit; what turns more is damaged."""
OTHER_UNIT: Final = 7.0
"""Between 1 and 180/pi, by far the likeliest border."""
ASKED_S: Final = 10.0
"""Its clock is looked at so long before a recording begins, at the most."""
ASKED_LATER_S: Final = 6 * 3600.0
"""And again so long after that, at the most: it may end by itself long before, where the memory is
full. The clock wraps every 72 minutes; how often, the time of the host tells."""
SAME_CLOCK_S: Final = 0.5
OFF: Final = 1e-3
"""No clock of a pod is so far off."""

Table = npt.NDArray[Any]


def decode(packets: Sequence[Packet], _: Sequence[Configuration] = ()) -> Decoded:
    """Decode everything received from one pod, in the order of arrival.

    Scale and ranges of these pods are fixed, so no configuration is ever borrowed. What cannot be
    decoded is counted in `trouble`, never fatal. Recordings that were fetched from the pod come
    first among the samplings, the newest live sampling last.
    """
    received = sort_packets(packets)
    found = [*_fetched(received), *_live(received)]
    return newest_last(
        found or [_silent(received)],
        battery_pct=received.battery_pct,
        trouble=received.trouble,
    )


def _live(received: Received) -> list[Decoded]:
    rows = received.live
    table = np.frombuffer(b"".join(rows.payloads), LIVE)
    host_s = np.array(rows.host_ns, dtype=np.float64) * 1e-9
    kept = _possible(received, table)
    table, host_s, link = table[kept], host_s[kept], np.array(rows.link, dtype=np.int64)[kept]
    return [
        replace(
            _sampling(received, table[at], time_us, table["gyr"][at]),
            arrival=np.column_stack([time_us * US, host_s[at]]),
            assumed=(NOT_FLAGGED,),
        )
        for at, time_us in starts(table["time"].astype(np.int64), host_s, link)
    ]


def _possible(received: Received, table: Table) -> npt.NDArray[np.bool_]:
    kept = possible(table["acc"], table["gyr"])
    received.trouble["sample that no sensor can measure"] += int(np.count_nonzero(~kept))
    return kept


def _sampling(received: Received, table: Table, time_us: IntArray, gyr_dps: Table) -> Decoded:
    """Return one sampling, of samples (n,) whose clock runs on."""
    index, rate_hz = numbered(time_us)
    samples = np.zeros(len(table), SAMPLE)
    samples["index"], samples["device_us"] = index, time_us
    samples["acc_lsb"], samples["gyr_lsb"] = acc_counts(table["acc"]), gyr_counts(gyr_dps)
    return Decoded(
        samples=samples,
        arrival=np.zeros((0, 2)),
        scale=SCALE,
        rate_hz=rate_hz,
        device=_words(received),
        battery_pct=None,
        lost=int(index[-1] - index[0]) + 1 - len(index),
    )


# Recordings --------------------------------------------------------------------------------------


def _fetched(received: Received) -> list[Decoded]:
    """Return the samplings of the recordings that were fetched from the pod."""
    found = []
    for file in received.files.values():
        fields = layout(file.selected)
        if not {Field.TIME, Field.ACC, Field.GYR} <= set(file.selected):
            received.trouble["record without time, acceleration or angular velocity"] += len(
                file.records
            )
            continue
        table = np.frombuffer(_whole(file), fields)
        gyr_dps, assumed = _degrees(table)
        kept = possible(table["acc"], gyr_dps)
        received.trouble["sample that no sensor can measure"] += int(np.count_nonzero(~kept))
        table, gyr_dps = table[kept], gyr_dps[kept]
        for at, time_us in starts(table["time"].astype(np.int64)):
            one = _sampling(received, table[at], time_us, gyr_dps[at])
            found.append(
                replace(
                    one,
                    arrival=_clock_around(received, time_us),
                    clipped=clipped(table["status"][at]) if Field.STATUS in file.selected else None,
                    assumed=assumed,
                    logged=True,
                )
            )
    return found


def _whole(file: File) -> bytes:
    """Return the records that are not damaged, in order."""
    return b"".join(
        file.records[number] for number in sorted(file.records) if number not in file.damaged
    )


def _degrees(table: Table) -> tuple[Table, tuple[str, ...]]:
    """Return the angular velocity of a recording (n, 3) in °/s, and what had to be assumed of it.

    The rotation within each interval, where it was exported, has no unit but tells the same: its
    vector part is half the angle.
    """
    gyr = _doubled(table["gyr"])
    if "rotation" not in (table.dtype.fields or {}) or len(table) < 2:
        return gyr, (UNIT_UNKNOWN,)
    _, rate_hz = numbered(starts(table["time"].astype(np.int64))[0][1])
    turned = 2 * rate_hz * _doubled(table["rotation"][:, 1:])
    most = np.abs(turned).max(axis=1)
    usable = np.isfinite(gyr).all(axis=1) & (most > LEAST_RADPS) & (most < MOST_RADPS)
    if not usable.any():
        return gyr, (UNIT_UNKNOWN,)
    by = np.linalg.norm(gyr[usable], axis=1) / np.linalg.norm(turned[usable], axis=1)
    return (np.degrees(gyr) if float(np.median(by)) < OTHER_UNIT else gyr), ()


def _doubled(values: Table) -> Table:
    """Return float32 as float64; some bytes are a NaN that warns when it is cast."""
    with np.errstate(invalid="ignore"):
        return values.astype(np.float64)


def _clock_around(received: Received, time_us: IntArray) -> FloatArray:
    """Return the pairs of pod and host time (k, 2) just before and after a recording.

    Without any on both sides, or if the pod was switched off in between, none.
    """
    rows = received.clock
    raw_us = np.frombuffer(b"".join(rows.payloads), CLOCK)["time"].astype(np.int64)
    host_s = np.array(rows.host_ns, dtype=np.float64) * 1e-9
    none = np.zeros((0, 2))
    at_us = time_us[0] + (raw_us - time_us[0] + WRAP_US // 2) % WRAP_US - WRAP_US // 2
    before = (at_us <= time_us[0]) & (at_us > time_us[0] - ASKED_S / US)
    if not before.any():
        return none
    lag_s = host_s - at_us * US
    least_s = float(lag_s[before].min())
    before &= lag_s < least_s + SAME_CLOCK_S
    passed_s = host_s - host_s[before].max()
    off_us = (lag_s - least_s) / US
    later_us = at_us + np.rint(off_us / WRAP_US).astype(np.int64) * WRAP_US
    off_s = np.abs(host_s - later_us * US - least_s)
    after = (off_s <= SAME_CLOCK_S + passed_s * OFF) & (passed_s < ASKED_LATER_S)
    after &= later_us >= time_us[-1]
    if not after.any():
        return none
    stamps_us = np.concatenate([at_us[before], later_us[after]])
    return np.column_stack([stamps_us * US, np.concatenate([host_s[before], host_s[after]])])


# All else ----------------------------------------------------------------------------------------


def _silent(received: Received) -> Decoded:
    """Return what is known of a pod of which no sample was received."""
    return without_samples(Configuration(0, SCALE, LIVE_RATES_HZ[0]), _words(received))


def _words(received: Received) -> dict[str, str]:
    words = {"protocol": "Movella DOT"}
    if (info := received.info) is not None:
        words |= {
            "serial": f"{info.serial:016X}",
            "hardware": info.product,
            "firmware": ".".join(map(str, info.firmware)),
        }
    if received.settings is not None and received.settings.tag:
        words["tag"] = received.settings.tag
    return words
