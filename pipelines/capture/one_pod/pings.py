"""Ask a pod for its time while it is recorded, often at first: its clock is then least known.

What was sent, and when, is in the journal beside the answer, so that its clock can be fitted again.
"""

import asyncio
from random import Random

from firmware_protocols.protocol import Packet
from imu.recording.two_way import ping_every_s
from pipelines.capture.one_pod.worn_pod import NS, WornPod
from pipelines.radio.conversation import send
from pipelines.radio.link import Link


async def keep_pinging(pod: WornPod, link: Link) -> None:
    """Ask until cancelled, or LinkLostError is raised; return for a pod that cannot be asked.

    At random moments, so that pings meet the connection events anyhow.
    """
    ping, random = pod.found.protocol.ping, Random(pod.number)
    number = 0
    while ping is not None:
        await asyncio.sleep(_every_s(pod) * random.uniform(0.5, 1.5))
        request = ping(number := number + 1)
        now_ns = pod.session.clock_ns()
        pod.session.keep(pod.number, Packet(now_ns, request.channel, request.payload))
        await send(link, request)


def _every_s(pod: WornPod) -> float:
    since_s = 0.0 if pod.first is None else pod.session.clock_ns() * NS - pod.first.host_s
    return ping_every_s(since_s)
