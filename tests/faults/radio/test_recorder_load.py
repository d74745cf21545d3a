"""What recording costs the machine, beside the radio that is simulated in the same process."""

import asyncio
import time

import numpy as np
import pytest

pytest.importorskip("bumble")
from pods.long_run import recorded
from pods.virtual_pods import noisy_pods

from firmware_protocols.orp_v1 import PROTOCOL
from firmware_protocols.protocol import Wanted
from pipelines.capture.one_pod.worn_pod import WornPod
from pipelines.radio.conversation import converse
from pipelines.radio.link import connect
from pipelines.radio.scan import scan
from pipelines.radio.virtual.radio import virtual_radio
from pipelines.radio.virtual.time import loop_clock_ns, run_virtual

pytestmark = [pytest.mark.radio, pytest.mark.long, pytest.mark.slow]
SECONDS = 120.0


def only_received(pods):
    """Receive the same packets through the same radio and do nothing with them."""

    async def hold(air, found):
        async with connect(air.radio, found, lambda _: None, clock_ns=loop_clock_ns) as link:
            await converse(link, PROTOCOL.start(Wanted()))
            await asyncio.sleep(SECONDS)

    async def main():
        async with virtual_radio(pods) as air:
            found = await scan(air.radio, (PROTOCOL,), enough=3)
            await asyncio.gather(*(hold(air, one) for one in found))

    run_virtual(main())


def cpu_s(work):
    began_s = time.process_time()
    work()
    return time.process_time() - began_s


@pytest.mark.parametrize(("rate_hz", "most_pct"), [(200.0, 10.0), (500.0, 25.0)])
def test_recording_takes_a_small_share_of_a_core(tmp_path, rate_hz, most_pct, capsys, monkeypatch):
    pods = noisy_pods(SECONDS + 20, 1, rate_hz=rate_hz)
    took_s, receive = [], WornPod.receive

    def timed(self, packet):
        began_s = time.perf_counter()
        receive(self, packet)
        took_s.append(time.perf_counter() - began_s)

    monkeypatch.setattr(WornPod, "receive", timed)
    both_s = cpu_s(lambda: recorded(tmp_path, pods, seconds=SECONDS))
    radio_s = cpu_s(lambda: only_received(pods))
    share_pct = 100 * (both_s - radio_s) / SECONDS
    with capsys.disabled():
        print(
            f"\n3 × {rate_hz:.0f} Hz: the recorder takes {share_pct:.1f} % of a core, the "
            f"simulated radio {100 * radio_s / SECONDS:.1f} %; a notification is in the journal "
            f"after {1e3 * np.percentile(took_s, 99):.2f} ms (99 of 100, by the clock on the wall)"
        )
    assert share_pct < most_pct
