"""What protocols have in common on the way from packets to samplings: by channel, newest last."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from firmware_protocols.protocol import Configuration, Decoded, DecodeError, Packet
from imu.recording.samples import SAMPLE

R = TypeVar("R")


def sort_by_channel(
    packets: Sequence[Packet],
    received: R,
    sort: Mapping[int, Callable[[R, Packet], None]],
    trouble: Counter[str],
) -> R:
    """Let the function of its channel put each packet into `received`, and return that.

    Channels without one are passed over; what cannot be decoded is counted in `trouble`.
    """
    for packet in packets:
        if (sort_one := sort.get(packet.channel)) is not None:
            try:
                sort_one(received, packet)
            except DecodeError as error:
                trouble[error.reason] += 1
    return received


def newest_last(
    found: Sequence[Decoded], *, battery_pct: int | None, trouble: Mapping[str, int]
) -> Decoded:
    """Return the last of the samplings that were `found`, with the others as its `earlier` ones."""
    return replace(
        found[-1],
        battery_pct=battery_pct,
        trouble={reason: count for reason, count in trouble.items() if count},
        earlier=tuple(found[:-1]),
    )


def without_samples(configuration: Configuration, device: Mapping[str, str]) -> Decoded:
    """Return what is known of a pod of which no sample was received."""
    return Decoded(
        samples=np.zeros(0, SAMPLE),
        arrival=np.zeros((0, 2)),
        scale=configuration.scale,
        rate_hz=configuration.rate_hz,
        device=device,
        battery_pct=None,
        lost=0,
        config_number=configuration.number,
    )
