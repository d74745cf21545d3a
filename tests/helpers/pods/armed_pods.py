"""Pods of every family that keeps a log, the rigs they belong to, and what their memory holds."""

import asyncio
from datetime import timedelta

from pipelines.capture.fetch.fetch import Place
from pipelines.radio.virtual.radio import virtual_radio
from pipelines.radio.virtual.time import loop_clock_ns, run_virtual
from pipelines.store.stated.rig import RigPod
from pods.recorded_pods import PLACES, STARTED, rig_of
from pods.virtual_pods import capture2go_pods, dot_pods, metawear_pods

DOTS = {
    place: RigPod("movella_dot", address=f"C0:00:00:00:00:{number}")
    for number, place in enumerate(PLACES, 10)
}
KINDS = {
    "capture2go": (capture2go_pods, rig_of("capture2go", "IMU_aa000")),
    "movella_dot": (dot_pods, DOTS),
    "metawear": (metawear_pods, rig_of("metawear", "MetaWear")),
}


def in_memory(firmware):
    """Return the newest log of a virtual pod, byte for byte, as `Log.fetched` gives it."""
    memory, protocol = firmware.memory, firmware.pod.protocol
    if protocol == "capture2go":
        return bytes([*memory.recordings.values()][-1])
    if protocol == "movella_dot":
        return b"".join(record.tobytes() for record in memory.recordings[-1].records)
    return b"".join(memory.entries)


def on_air(pods, work):
    """Run `work(air)` beside virtual pods."""

    async def main():
        async with virtual_radio(pods) as air:
            return await work(air)

    return run_virtual(main())


def place_at(store, air, rig, **more):
    """Return where ana's pods are armed and fetched from, and what is said meanwhile."""
    loop, words = asyncio.get_running_loop(), []
    given = {
        "clock_ns": loop_clock_ns,
        "utc_now": lambda: STARTED + timedelta(seconds=loop.time()),
        "say": words.append,
        **more,
    }
    return Place(store, "ana", rig, air.radio, **given), words


async def break_links(air, pods, every_s):
    """Break one link after the other."""
    while True:
        for pod in pods:
            await asyncio.sleep(every_s)
            air.kill_link[pod.name]()
