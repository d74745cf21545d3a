"""The vectors that the phone page is held against are what the codec does.

``PYTHONPATH=.:tests/helpers python tests/firmware_protocols/capture2go/test_vectors.py`` writes
them anew.
"""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from vendor_bytes.capture2go_bytes import (
    COMMANDS,
    SAMPLES,
    SET_MODE,
    SET_TIME,
    packets_of,
    samples_package,
)
from vendor_bytes.vector_file import one_a_line

from firmware_protocols.capture2go import packages
from firmware_protocols.capture2go.frames import Package, decode_frame, encode_frame
from firmware_protocols.capture2go.gatt import Channel
from firmware_protocols.capture2go.packages import DeviceInfo, Id, Mode, State, Status, Sync
from firmware_protocols.capture2go.received import sort_packets
from firmware_protocols.capture2go.samples import SAMPLE_KINDS
from firmware_protocols.protocol import DecodeError, Packet

FILE = Path(__file__).parent / "vectors.json"
MAKERS = {**COMMANDS, "SET_TIME": SET_TIME, "SET_MODE": SET_MODE, "samples": SAMPLES}
"""Made by the maker's own software."""
CODECS = {
    "mode": (packages.encode_mode, packages.decode_mode),
    "status": (packages.encode_status, packages.decode_status),
    "info": (packages.encode_info, packages.decode_info),
}
VALID = {
    "a mode with a clock of another": ("mode", Mode(1, 1, Sync.RECEIVER, 2**64 - 2)),
    "a mode at 25 Hz with a magnetometer": ("mode", Mode(4, 5, magnetometer=True)),
    "streaming, in step, 87 %": ("status", Status(1_700_000_000_123_456_789, State.STREAMING, 87)),
    "charging, half full": (
        "status",
        Status(-5, State.RECORDING, 100, synchronised=True, charging=True, free_pct=50),
    ),
    "who it is": ("info", DeviceInfo("AA0001", "1.2", "b", "1.0.1", "2026-01-02")),
}
GOOD = encode_frame(Package(Id.GET_STATUS))
INVALID = {
    "one bit flipped": GOOD[:6] + b"\x01" + GOOD[7:],
    "another start": b"\x03" + GOOD[1:],
    "last byte missing": encode_frame(Package(Id.TIME, bytes(8)))[:-1],
    "one byte too many": GOOD + b"\0",
    "shorter than a header": GOOD[:7],
}
KINDS = [0x0221, 0x0231, 0x0232, 0x0244, 0x0251]


def stream():
    """Three packages of samples and two of another kind, in notifications that are cut anywhere.

    The third notification is lost, so is what it holds a part of; noise stands before the first.
    """
    told = [samples_package(8 * k) for k in range(9)]
    said = [p.payload for p in packets_of([*told, Package(Id.STREAMING_STARTED)])]
    return [b"", b"\xff\x02\x02\x02", *said[:2], *said[3:]]


def plain(value):
    """Return a decoded record as JSON shows it; numbers of 64 bits as texts."""
    big = ("t_ns", "sync_id")
    return {
        key: str(one) if key in big else list(one) if isinstance(one, tuple) else one
        for key, one in asdict(value).items()
    }


def samples():
    """Yield for each kind a package of its samples, and what is in it."""
    for number in KINDS:
        about, package = SAMPLE_KINDS[number], samples_package(3, kind=number)
        t_ns = int(np.frombuffer(package.payload, about.layout)["t_ns"][0])
        means = {"t_ns": str(t_ns), "n": about.samples, "period_ns": about.period_ns}
        yield {"frame": encode_frame(package).hex(), "means": means}


def vectors():
    frames = [*MAKERS.values(), *(encode_frame(samples_package(k)).hex() for k in range(2))]
    decoded = [decode_frame(bytes.fromhex(one)) for one in frames]
    found = sort_packets_of(stream())
    return {
        "frames": [
            {"bytes": bytes.fromhex(one).hex(), "id": of.id, "payload": of.payload.hex()}
            for one, of in zip(frames, decoded, strict=True)
        ],
        "valid": [
            {"name": n, "what": what, "bytes": CODECS[what][0](value).hex(), "means": plain(value)}
            for n, (what, value) in VALID.items()
        ],
        "invalid": [{"name": name, "bytes": payload.hex()} for name, payload in INVALID.items()],
        "samples": list(samples()),
        "stream": [{"notifications": [one.hex() for one in stream()], "samples_ns": found}],
    }


def sort_packets_of(notifications):
    """Return the times of the packages of samples that our decoder finds."""
    received = sort_packets([Packet(k, Channel.TX, one) for k, one in enumerate(notifications)])
    (rows,) = received.live.values()
    return [str(int.from_bytes(payload[:8], "little")) for payload in rows.payloads]


def text():
    return one_a_line("Capture2Go 1", vectors())


def test_the_vectors_are_those_of_the_codec():
    assert FILE.read_text() == text()


@pytest.mark.parametrize("vector", json.loads(FILE.read_text())["valid"], ids=lambda v: v["name"])
def test_a_valid_vector_means_what_it_says(vector):
    encode, decode = CODECS[vector["what"]]
    decoded = decode(bytes.fromhex(vector["bytes"]))
    assert plain(decoded) == vector["means"]
    assert encode(decoded).hex() == vector["bytes"]


@pytest.mark.parametrize("vector", json.loads(FILE.read_text())["invalid"], ids=lambda v: v["name"])
def test_an_invalid_frame_is_refused(vector):
    with pytest.raises(DecodeError):
        decode_frame(bytes.fromhex(vector["bytes"]))


if __name__ == "__main__":
    FILE.write_text(text())
