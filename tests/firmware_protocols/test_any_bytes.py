"""Whatever a pod sends, decoding gives samples or counts trouble, and nothing else."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_protocols.protocol import NoConfigurationError, Packet
from imu.recording.samples import SAMPLE
from pipelines.protocols import PROTOCOLS


def packets(protocol):
    channel = st.integers(0, len(protocol.channels) - 1)
    one = st.builds(Packet, st.integers(0, 2**62), channel, st.binary(max_size=260))
    return st.lists(one, max_size=20)


@pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=PROTOCOLS)
@settings(max_examples=150)
@given(data=st.data())
def test_any_bytes_are_samples_or_trouble(protocol, data):
    with suppress(NoConfigurationError):
        decoded = protocol.decode(data.draw(packets(protocol)))
        for one in decoded.samplings:
            assert one.samples.dtype == SAMPLE
            assert (one.samples["index"][1:] > one.samples["index"][:-1]).all()
            assert one.clipped is None or one.clipped.shape == (len(one.samples), 2)
