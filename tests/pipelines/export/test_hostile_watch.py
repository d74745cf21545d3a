"""Whatever a watch file holds: our fields are in and nothing else changed, or one sentence."""

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from watches.fit_file import crc
from watches.watch_of_run import watch

from pipelines.export.fit import merge
from pipelines.export.fit.encode import DeveloperField
from pipelines.export.fit.messages import counted


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    data = watch(tmp_path_factory.mktemp("watch"), paces=((3, 2.5),)).read_bytes()
    assert len(data) < 700
    return data


def summed(data):
    """Return a file with the length and the checksum that its bytes would have."""
    body = bytearray(data)
    body[4:8] = struct.pack("<I", max(len(body) - body[0], 0))
    return bytes(body) + struct.pack("<H", crc(bytes(body)))


@settings(max_examples=400, deadline=None, derandomize=True)
@given(data=st.data())
def test_any_change_of_any_byte_is_merged_right_or_refused(sound, data):
    """Checksums are made right again, so that what the messages say is all there is to go by."""
    changed = bytearray(sound[:-2])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(12, len(changed) - 1))
        changed[at] = data.draw(st.integers(0, 255))
    whole = summed(changed[: data.draw(st.integers(13, len(changed)))])
    try:
        found = merge.read(whole)
        own = {DeveloperField(0, "ours", "s"): np.linspace(0, 1, len(found.record_s))}
        result = merge.merged(found, own, "words")
    except ValueError:
        return
    before, after = counted(whole), counted(result)
    assert after[20] == before[20] == len(found.record_s)
    assert sum(after.values()) == sum(before.values()) + 3
