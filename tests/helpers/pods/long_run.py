"""A long run on a bad radio: three pods, their faults, and what of it should be in the session."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from firmware_protocols.orp_v1.control import Op, decode_command
from firmware_protocols.orp_v1.gatt import Channel
from firmware_protocols.protocol import DecodeError
from pipelines.capture.recorder import record
from pipelines.radio.virtual.orp_v1.sampling import Sampling
from pipelines.radio.virtual.radio import virtual_radio
from pipelines.radio.virtual.time import loop_clock_ns, run_virtual
from pods.virtual_pods import noisy_pods

SESSION = "2026-11-22-a1b2"
STARTED = datetime(2026, 11, 22, 7, tzinfo=UTC)
MISSED = (0.02, 0.05, 0.15)
PPM = (-60.0, 0.0, 60.0)
DROPPED = 0.01  # notifications that the pod or the host loses for good, beside those late


def bad_pods(seconds, seed, *, rate_hz=200.0):
    """Three pods that measure noise, each with a clock and a link of its own."""
    pods = []
    given = noisy_pods(seconds, seed, rate_hz=rate_hz)
    for pod, missed, ppm in zip(given, MISSED, PPM, strict=True):
        samples = pod.samples.copy()
        start_us = samples["device_us"][0]
        true_s = np.arange(len(samples)) / rate_hz / (1 + ppm * 1e-6)
        samples["device_us"] = start_us + np.rint(np.arange(len(samples)) / rate_hz * 1e6)
        pods.append(replace(pod, samples=samples, true_time_s=true_s, missed=missed))
    return pods


@dataclass
class Seen:
    """What the test itself sees of a recording, beside the recorder."""

    back_s: list[tuple[str, float]] = field(default_factory=list)
    """When a link could be made again, by name of the pod."""
    asked: list[tuple[str, float, int]] = field(default_factory=list)
    """Name, true time, and the first sample the ring held when it was asked for samples."""


def recorded(store, pods, *, seconds, faults=(), seed=0, from_s=0.0, seen=None, **options):
    """Record `pods` from `from_s` to `seconds` of their true time; return where the journal is.

    `faults` are (true time, name, what, how long): "kill", "leave" or "reboot". From later than
    0 the pods have been sampling since `sampling_since`, by name their position of index 0.
    """
    seen = seen or Seen()
    since = options.pop("sampling_since", {})

    async def main():
        loop = asyncio.get_running_loop()
        loop.rest(from_s)
        async with virtual_radio(pods, zero_in_s=-from_s) as air:
            for name, first in since.items():
                _is_sampling(air.firmware[name], first, from_s)
            for pod in pods:
                _lossy(air.firmware[pod.name], seed)
                _watched(air.firmware[pod.name], seen)
            stop = asyncio.Event()
            loop.call_at(seconds, stop.set)
            beside = [
                asyncio.create_task(_fault(air, seen, *fault))
                for fault in faults
                if from_s < fault[0] < seconds
            ]
            path = await record(
                air.radio,
                {},
                store,
                athlete="ana",
                session=SESSION,
                stop=stop,
                clock_ns=loop_clock_ns,
                utc_now=lambda: STARTED + timedelta(seconds=loop.time()),
                **{"on_health": lambda _: None, **options},
            )
            await asyncio.gather(*beside)
            return path

    return run_virtual(main())


async def _fault(air, seen, at_s, name, what, long_s):
    loop = asyncio.get_running_loop()
    await asyncio.sleep(at_s - loop.time())
    if what == "kill":
        air.kill_link[name]()
    else:
        await getattr(air, what)[name](long_s)
    seen.back_s.append((name, loop.time()))


def _is_sampling(firmware, first, now_s):
    """Let a pod be as if it had been started long ago, at position `first` of its samples."""
    firmware._config_id = 1
    sampling = Sampling(firmware.pod, first, 1)
    sampling.framed, sampling.sequence = firmware.pod.taken_by(now_s), 1
    firmware._sampling = sampling
    firmware._play(firmware._take(sampling))


def _lossy(firmware, seed):
    """Lose one in a hundred frames between pod and application."""
    rng, send = np.random.default_rng([seed, firmware.pod.seed]), firmware._send

    async def lose(channel, payload):
        if channel not in (Channel.STREAM, Channel.BULK) or rng.random() >= DROPPED:
            await send(channel, payload)

    firmware._send = lose


def _watched(firmware, seen):
    """Note what the ring holds whenever it is asked for samples."""
    write = firmware.write

    def watched(channel, payload):
        if channel == Channel.CONTROL and (sampling := firmware._sampling) is not None:
            try:
                asked = decode_command(payload).op == Op.BACKFILL
            except DecodeError:
                asked = False
            if asked:
                held = sampling.first + sampling.oldest
                seen.asked.append((firmware.pod.name, firmware._now_s(), held))
        write(channel, payload)

    firmware.write = watched


def positions(pod, samples):
    """Return which samples of `pod` these are, by their six counts alone; each must be one."""
    weights = np.random.default_rng(0).integers(-(2**62), 2**62, 6)
    true = pod.counts.astype(np.int64) @ weights
    order = np.argsort(true)
    counts = np.concatenate([samples["acc_lsb"], samples["gyr_lsb"]], axis=1)
    at = order[np.minimum(np.searchsorted(true[order], counts @ weights), len(order) - 1)]
    np.testing.assert_array_equal(pod.counts[at], counts)
    return at
