"""The pod in C as the firmware of a virtual pod, instead of ours in Python."""

import asyncio
from math import degrees

from compiled_orp import About, CompiledPod, Setting
from firmware_protocols import standard_services
from firmware_protocols.orp_v1.gatt import Channel
from imu.frames import GRAVITY_MPS2
from pipelines.radio.virtual.orp_v1.firmware import OrpV1

FIRST = 0x10  # the C code counts characteristics as the specification does
WORK_S = 0.005


class OrpInC(OrpV1):
    """Of `OrpV1`, only what is advertised and which characteristics there are."""

    library = None  # compiled by the test

    def forget(self):
        pod, scale = self.pod, self.pod.scale
        setting = Setting(
            pod.rate_hz,
            round(scale.acc_range_mps2 / GRAVITY_MPS2),
            round(degrees(scale.gyr_range_radps)),
            0,
            scale.acc_mps2,
            scale.gyr_radps,
        )
        self.compiled = CompiledPod(
            self.library,
            clock_us=lambda: self.pod.device_us(self._now_s()),
            setting=setting,
            about=About(f"c-{pod.name}".encode(), 255, pod.seed, 50),
            ring_samples=round(pod.ring_s * pod.rate_hz),
            battery_pct=pod.battery_pct,
        )
        self._measured = pod.taken_by(self._now_s())
        self._mtu = None
        self._play(self._measure())

    def connected(self):
        self._spawn(self._notify())

    def disconnected(self):
        self.compiled.disconnected()
        self.compiled.take()
        self._mtu = None
        super(OrpV1, self).disconnected()

    def read(self, channel):
        if channel == Channel.BATTERY:
            return standard_services.encode_battery(self.pod.battery_pct)
        return self.compiled.read(FIRST + channel)

    def write(self, channel, payload):
        self.compiled.write(FIRST + channel, payload)

    async def _measure(self):
        """Feed the pod its samples at their times, and let it work."""
        while True:
            await asyncio.sleep(WORK_S)
            if (mtu := self._att_mtu()) is not None and mtu != self._mtu:
                self._mtu = mtu
                self.compiled.connected(mtu)
            now = self.pod.taken_by(self._now_s())
            for k in range(self._measured, now):
                self.compiled.sample(int(self.pod.samples["device_us"][k]), self.pod.counts[k])
            self._measured = now
            self.compiled.work()

    async def _notify(self):
        """Take from the pod what its radio has room for, one value after the other."""
        while True:
            for channel, payload in self.compiled.take():
                await self._send(channel - FIRST, payload)
            await asyncio.sleep(WORK_S)
