"""The conformance vectors for firmware writers are what the codec does.

``PYTHONPATH=. python tests/firmware_protocols/orp_v1/test_vectors.py`` writes them anew.
"""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from vendor_bytes.vector_file import one_a_line

from firmware_protocols.orp_v1 import config, control, frames, info
from firmware_protocols.orp_v1.control import Answer, Command, Op, Result
from firmware_protocols.protocol import DecodeError

FILE = Path(__file__).parents[3] / "firmware_protocols" / "spec" / "orp_v1_vectors.json"
TWO = np.array([[0, 0, 2048, 0, 0, 0], [100, -200, 2000, -16, 33, 164]], dtype="<i2")
FULL = np.arange(19 * 6, dtype="<i2").reshape(19, 6) * 571 - 32_500
NONE = np.zeros((0, 6), "<i2")

CODECS = {
    "frame": (frames.encode_frame, frames.decode_frame),
    "info": (info.encode_info, info.decode_info),
    "command": (control.encode_command, control.decode_command),
    "answer": (control.encode_answer, control.decode_answer),
    "CONFIG arguments": (config.encode_config, config.decode_config),
    "CONFIG data": (config.encode_effective, config.decode_effective),
    "START data": (control.encode_started, control.decode_started),
    "status": (control.encode_status, control.decode_status),
    "time answer": (control.encode_pong, control.decode_pong),
}
EFFECTIVE = config.Effective(1, 208.0, {1: 16, 2: 2000}, 95, {1: 2**-8, 2: 2**-10})
VALID = {
    "two samples, first after CONFIG": (
        "frame",
        frames.Frame(frames.Kind.RAW6, frames.Flag.FIRST, 1, 0, 1_000_000, 1, TWO),
    ),
    "a full frame at MTU 247, clipped, clock about to wrap": (
        "frame",
        frames.Frame(frames.Kind.RAW6, frames.Flag.CLIP, 65_535, 1_000_000, 2**32 - 1, 255, FULL),
    ),
    "one sample fetched again": (
        "frame",
        frames.Frame(frames.Kind.RAW6, frames.Flag.BACKFILL, 0, 342, 2_710_000, 1, TWO[:1]),
    ),
    "end of a back-fill of one frame, up to index 343": (
        "frame",
        frames.Frame(frames.Kind.END, frames.Flag.BACKFILL, 1, 343, 0, 1, NONE),
    ),
    "INFO of a shank pod": (
        "info",
        info.Info(
            serial="A1B2-0042",
            role=2,
            streams=(info.Stream(),),
            rates_hz={0: (104.0, 208.0)},
            ranges={1: (8, 16), 2: (1000, 2000)},
            ring_samples=12_480,
            flash_bytes=2**21,
            clock_ppm=20,
            mounting=(32_767, 0, 0, 0),
            calibrations=(info.Calibration(1, (0.5, -0.25, 0.0), (1.0, 1.0, 1.5)),),
            features=info.Feature.RAM_BACKFILL | info.Feature.CLIP_BEFORE_DECIMATION,
            boot_id=0xDEADBEEF,
        ),
    ),
    "ask for 200 Hz, 16 g, 2000 deg/s, 100 ms": (
        "CONFIG arguments",
        config.Config(0, 200.0, {1: 16, 2: 2000}, 100),
    ),
    "CONFIG": (
        "command",
        Command(Op.CONFIG, 1, config.encode_config(config.Config(0, 200.0, {1: 16}, 100))),
    ),
    "what the pod really does": ("CONFIG data", EFFECTIVE),
    "CONFIG while sampling": (
        "answer",
        Answer(Op.CONFIG, 1, Result.STATE, config.encode_effective(EFFECTIVE)),
    ),
    "START": ("command", Command(Op.START, 2)),
    "START, answered": (
        "answer",
        Answer(Op.START, 1, Result.OK, control.encode_started(control.Started(0, 5_000_000))),
    ),
    "where the stream begins": ("START data", control.Started(0, 5_000_000)),
    "380 samples from 342 again": (
        "command",
        Command(Op.BACKFILL, 7, control.encode_pair(342, 380)),
    ),
    "RESET with its guard": ("command", Command(Op.RESET, 8, control.RESET_GUARD)),
    "an op the pod does not know": ("answer", Answer(0x0E, 9, Result.UNKNOWN_OP)),
    "87 %, sampling, 3 degrees below zero": ("status", control.Status(87, 2, 1234, 5, -3)),
    "a ping answered": ("time answer", control.Pong(5, 1_000_000, 1_000_250)),
}
GOOD = frames.encode_frame(VALID["two samples, first after CONFIG"][1])
INVALID = {
    "checksum big-endian": ("frame", GOOD[:-2] + GOOD[:-3:-1]),
    "one bit flipped": ("frame", GOOD[:20] + bytes([GOOD[20] ^ 4]) + GOOD[21:]),
    "last byte missing": ("frame", GOOD[:-1]),
    "one byte too many": ("frame", GOOD + b"\0"),
    "version 2": ("frame", b"\x20" + GOOD[1:]),
    "value of a list cut short": ("info", b"\x03\x09A1B2"),
    "no serial": ("info", b"\x02\x01\x02"),
    "no scale": ("CONFIG data", bytes.fromhex("2001011104000048431302 6400")),
    "11 bytes": ("status", bytes(11)),
}


def plain(value):
    """Return a decoded record as JSON shows it."""
    if isinstance(value, frames.Frame):
        fields = {name: getattr(value, name) for name in frames.Frame.__dataclass_fields__}
        value = {**fields, "counts": value.counts.tolist()}
    else:
        value = asdict(value)
    return json.loads(json.dumps(value, default=lambda data: data.hex(" ")))


def vectors():
    valid = [
        {
            "name": name,
            "what": what,
            "bytes": CODECS[what][0](value).hex(" "),
            "means": plain(value),
        }
        for name, (what, value) in VALID.items()
    ]
    invalid = [
        {"name": name, "what": what, "bytes": payload.hex(" ")}
        for name, (what, payload) in INVALID.items()
    ]
    return {"valid": valid, "invalid": invalid}


def text():
    return one_a_line("ORP 1.0", vectors())


def test_the_published_vectors_are_those_of_the_codec():
    assert FILE.read_text() == text()


@pytest.mark.parametrize("vector", json.loads(FILE.read_text())["valid"], ids=lambda v: v["name"])
def test_a_valid_vector_means_what_it_says(vector):
    encode, decode = CODECS[vector["what"]]
    decoded = decode(bytes.fromhex(vector["bytes"]))
    assert plain(decoded) == vector["means"]
    assert encode(decoded).hex(" ") == vector["bytes"]


@pytest.mark.parametrize("vector", json.loads(FILE.read_text())["invalid"], ids=lambda v: v["name"])
def test_an_invalid_vector_is_refused(vector):
    with pytest.raises(DecodeError):
        CODECS[vector["what"]][1](bytes.fromhex(vector["bytes"]))


if __name__ == "__main__":
    FILE.write_text(text())
