"""The firmware of a virtual WitMotion pod: streams from the subscription on, answers registers.

What the maker does not publish is as others noted of a WT901BLE67, or assumed: frames go out some
at a time, every 40 ms; answers stand between samples; a rate outlasts the power; nothing is kept
for a central that does not listen, nor what the link does not take in time.
"""

import asyncio
from typing import Any, Final

from firmware_protocols.protocol import DecodeError
from firmware_protocols.witmotion.frames import (
    PER_FRAME,
    SCALE,
    SIZE,
    encode_registers,
    encode_sample,
)
from firmware_protocols.witmotion.gatt import CHANNELS, SERVICES, WRITE_OF, Channel
from firmware_protocols.witmotion.registers import (
    RATES_HZ,
    UNLOCK,
    UNLOCKED_S,
    Register,
    decode_command,
    rate_code,
)
from pipelines.radio.virtual.firmware import Firmware
from pipelines.radio.virtual.gatt import Advertisement, Can, Characteristic, Service
from pipelines.radio.virtual.pod import INT16, VirtualPod

EVERY_S: Final = 0.04
FACTORY_HZ: Final = 10.0
CENTIVOLTS: Final = 393
VERSION: Final = 1
SHORT_NAME: Final = 8  # longer ones have no room beside the service


def _service(uuid: str, notify: Channel) -> Service:
    write = WRITE_OF[notify]
    return Service(
        uuid,
        (
            Characteristic(write, CHANNELS[write], Can.WRITE | Can.WRITE_WITHOUT_RESPONSE),
            Characteristic(notify, CHANNELS[notify], Can.NOTIFY),
        ),
    )


class WitMotion(Firmware):
    """A pod that measures at the rate of its samples, and sends some of them at a lower one."""

    notify = Channel.NOTIFY
    services = (_service(SERVICES[0], Channel.NOTIFY),)

    def __init__(self, *about: Any, **more: Any) -> None:
        super().__init__(*about, **more)
        self._registers: dict[int, int] = {
            Register.RATE: rate_code(FACTORY_HZ),
            Register.VERSION: VERSION,
            Register.BATTERY: CENTIVOLTS,
        }
        self.forget()

    def forget(self) -> None:
        """Be as after power-up: the rate stays."""
        self._unlocked_until_s = -1.0
        self._answers: list[bytes] = []

    def advertisement(self) -> Advertisement:
        """Return the service and the name."""
        long = len(self.pod.name) > SHORT_NAME
        return Advertisement(self.pod.name, (self.services[0].uuid,), name_in_response=long)

    def connected(self) -> None:
        """Do nothing yet: nobody has subscribed."""

    def subscribed(self, channel: int, *, on: bool) -> None:
        """Send from now on, or no more."""
        super().subscribed(channel, on=on)
        if on:
            self._play(self._stream())
        else:
            self._end_playing()

    def disconnected(self) -> None:
        """End what was under way: nothing is kept."""
        super().disconnected()
        self._end_playing()
        self._answers.clear()

    def read(self, _: int) -> bytes:
        """Return nothing: these pods have no characteristic to read."""
        return b""

    def write(self, _: int, payload: bytes) -> None:
        """Obey a command; what is none is passed over, as is a setting while locked."""
        try:
            register, value = decode_command(payload)
        except DecodeError:
            return
        if register == Register.READ:
            values = [self._registers.get(value + k, 0) for k in range(PER_FRAME)]
            self._answers.append(encode_registers(value, values))
        elif register == Register.KEY:
            open_s = UNLOCKED_S if value == UNLOCK else -1.0
            self._unlocked_until_s = self._now_s() + open_s
        elif self._now_s() < self._unlocked_until_s:
            self._registers[register] = value

    @property
    def rate_hz(self) -> float:
        """The rate at which it sends, 0 for none."""
        return RATES_HZ.get(self._registers[Register.RATE], 0.0)

    async def _stream(self) -> None:
        """Send the frames of every 40 ms, as many to a notification as fit."""
        after = self.pod.taken_by(self._now_s())
        while True:
            await asyncio.sleep(EVERY_S)
            until = self.pod.taken_by(self._now_s())
            step = max(1, round(self.pod.rate_hz / self.rate_hz)) if self.rate_hz else until + 1
            due = [_sample(self.pod, at) for at in range(after, until) if at % step == 0]
            after = until
            due[len(due) // 2 : len(due) // 2] = self._answers
            self._answers.clear()
            for payload in self._notifications(b"".join(due)):
                await self._send(self.notify, payload)

    def _notifications(self, frames: bytes) -> list[bytes]:
        """Return whole frames, cut into notifications that the link takes."""
        size = ((self._att_mtu() or 0) - 3) // SIZE * SIZE
        return [frames[at : at + size] for at in range(0, len(frames), size)] if size > 0 else []


class WitMotionSig(WitMotion):
    """One of the units whose service is on the base of the Bluetooth SIG."""

    notify = Channel.NOTIFY_SIG
    services = (_service(SERVICES[1], Channel.NOTIFY_SIG),)


def _sample(pod: VirtualPod, at: int) -> bytes:
    one, scale = pod.samples[at], pod.scale
    acc = one["acc_lsb"] * (scale.acc_mps2 / SCALE.acc_mps2)
    gyr = one["gyr_lsb"] * ((scale.gyr_radps or 0.0) / (SCALE.gyr_radps or 1.0))
    acc, gyr = (values.round().clip(INT16.min, INT16.max) for values in (acc, gyr))
    return encode_sample(acc, gyr, (0, 0, 0))
