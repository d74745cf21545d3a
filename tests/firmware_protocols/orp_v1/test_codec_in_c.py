"""The C code for firmware writers makes and reads the bytes that the codec does."""

import ctypes as c
import json

import numpy as np
import pytest
from compiled_orp import SOURCES, Setting, written
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocols.orp_v1 import config, frames

VECTORS = json.loads((SOURCES.parent / "orp_v1_vectors.json").read_text())["valid"]
CONTROL, STREAM, BULK, TIME, STATUS, INFO = 0x11, 0x12, 0x13, 0x14, 0x15, 0x10


def frame_in_c(library, of):
    counts = np.ascontiguousarray(of["counts"], dtype=np.int16)
    head = (of["kind"], of["flags"], of["sequence"], of["index"], of["t0_us"], of["config"])
    return written(library.host_frame, *head, counts.ctypes.data_as(c.c_void_p), len(counts))


def setting_in_c(library, of):
    ranges, scales = of["ranges"], of["si_per_lsb"]
    setting = Setting(
        of["rate_hz"], ranges["1"], ranges["2"], of["max_latency_ms"], scales["1"], scales["2"]
    )
    return written(library.host_setting, of["config_id"], c.byref(setting))


def answer_in_c(library, of):
    head = written(library.host_answer, of["op"], of["request_id"], of["result"])
    return head + bytes.fromhex(of["data"])


IN_C = {
    "frame": frame_in_c,
    "CONFIG data": setting_in_c,
    "answer": answer_in_c,
    "START data": lambda lib, of: written(lib.host_started, of["next_index"], of["t_start_us"]),
    "status": lambda lib, of: written(lib.host_status, *of.values()),
    "time answer": lambda lib, of: written(lib.host_pong, *of.values()),
}


# INFO, which holds more than a pod of ours has, is held against the codec below.
SENT = [vector for vector in VECTORS if vector["what"] in IN_C]


@pytest.mark.parametrize("vector", SENT, ids=lambda vector: vector["name"])
def test_c_writes_each_vector_that_a_pod_sends(library, vector):
    assert IN_C[vector["what"]](library, vector["means"]).hex(" ") == vector["bytes"]


@given(data=st.data())
def test_any_frame_is_the_same_in_c(library, data):
    n = data.draw(st.integers(0, 19))
    counts = data.draw(st.lists(st.integers(-32768, 32767), min_size=6 * n, max_size=6 * n))
    counts = np.array(counts, np.int16).reshape(n, 6)
    number = [data.draw(st.integers(0, top)) for top in (2**16 - 1, 2**32 - 1, 2**32 - 1, 255)]
    clipped = frames.Flag.CLIP if np.isin(counts, (-32768, 32767)).any() else 0
    frame = frames.Frame(frames.Kind.RAW6, clipped, *number, counts)
    of = {name: getattr(frame, name) for name in frames.Frame.__dataclass_fields__}
    assert frame_in_c(library, {**of, "flags": 0}) == frames.encode_frame(frame)


@given(payload=st.binary(max_size=60))
def test_any_arguments_of_config_are_read_or_refused_alike(library, payload):
    asked = Setting()
    taken = library.host_read_config(payload, len(payload), c.byref(asked))
    try:
        wanted = config.decode_config(payload)
    except frames.DecodeError:
        return  # the codec also refuses lengths of tags that C need not look at
    assert taken
    nan = wanted.rate_hz is not None and np.isnan(wanted.rate_hz)
    assert np.isnan(asked.rate_hz) if nan else asked.rate_hz == (wanted.rate_hz or 0)
    assert asked.acc_range_g == wanted.ranges.get(1, 0)
    assert asked.gyr_range_dps == wanted.ranges.get(2, 0)
    assert asked.max_latency_ms == (wanted.max_latency_ms or 0)
