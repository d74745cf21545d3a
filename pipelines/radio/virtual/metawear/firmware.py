"""The firmware of a virtual MetaWear pod: modules, streams, data processors, logger; no radio.

What the maker does not publish is assumed, and said here: what is to be notified while no link is
there is lost; of the processors there are the three that midstance uses, in the order in which it
makes them; the second half of a logged sample is now and then a tick later; a page has 250 entries,
and counts as one itself.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from firmware_protocols.metawear import messages, processors, sensors
from firmware_protocols.metawear.gatt import CHANNELS, SERVICE, Channel
from firmware_protocols.metawear.messages import (
    READ,
    Event,
    Info,
    Led,
    Logger,
    Module,
    PodTime,
    Processor,
    Register,
    Sensor,
    Settings,
    message,
    split,
)
from firmware_protocols.metawear.sensors import BMI160, BMI270, PACKED, VECTOR, Sensors, Setting
from firmware_protocols.protocol import DecodeError
from firmware_protocols.standard_services import DEVICE_INFORMATION, encode_text
from pipelines.radio.virtual.firmware import Firmware
from pipelines.radio.virtual.gatt import Advertisement, Can, Characteristic, Service
from pipelines.radio.virtual.metawear.logger import Known, PodLogger
from pipelines.radio.virtual.metawear.memory import TRIGGERS, Memory
from pipelines.radio.virtual.metawear.samples import PodSamples, tick_of

SHORT_NAME: Final = 8  # longer ones have no room beside the service
PROCESSORS: Final = 28
FACTORY: Final = Sensors(Setting(100.0, 2), Setting(100.0, 2000))
_READS: Final = (Channel.MODEL, Channel.SERIAL, Channel.FIRMWARE)
_CHAIN: Final = (processors.BUFFER, processors.FUSER, processors.ACCOUNTER)


class MetaWear(Firmware):
    """A MetaMotion S: its sensors say revision 0, and pack samples all the same."""

    model, version, chip = "8", "1.7.2", BMI270
    revisions: ClassVar[Mapping[int, int]] = {
        Module.ACC: 0,
        Module.GYR: 0,
        Module.PROCESSOR: 3,
        Module.LOGGER: 3,
    }
    holds_entries = 0x03FB0000
    services = (
        Service(
            SERVICE,
            (
                Characteristic(
                    Channel.COMMAND,
                    CHANNELS[Channel.COMMAND],
                    Can.WRITE | Can.WRITE_WITHOUT_RESPONSE,
                ),
                Characteristic(Channel.NOTIFY, CHANNELS[Channel.NOTIFY], Can.NOTIFY),
            ),
        ),
        Service(
            DEVICE_INFORMATION,
            tuple(Characteristic(channel, CHANNELS[channel], Can.READ) for channel in _READS),
        ),
    )

    def __init__(self, *about: Any, **more: Any) -> None:
        super().__init__(*about, **more)
        self.memory = Memory(self.revisions[Module.LOGGER] > 2, self.holds_entries)
        self.logger = PodLogger(self.memory, self._notify, self._spawn, self._random)
        self.start = 0
        self.identified = 0
        self.forget()

    def forget(self) -> None:
        """Be as after power-up: entries stay, all else is forgotten."""
        self.start = (self.start + 1) % messages.STARTS
        self.memory.flush()
        self.memory.triggers.clear()
        self.sensors = FACTORY
        self.logger.on = False
        self._powered: set[int] = set()
        self._enabled: set[int] = set()
        self._notified: set[tuple[int, int]] = set()
        self._chain: list[int] = []
        self._outputs: set[int] = set()
        self._packed: dict[int, list[Any]] = {Module.ACC: [], Module.GYR: []}

    def advertisement(self) -> Advertisement:
        """Return the service and the name."""
        long = len(self.pod.name) > SHORT_NAME
        return Advertisement(self.pod.name, (SERVICE,), name_in_response=long)

    def connected(self) -> None:
        """Wait for commands; what was told to be notified is so as soon as somebody listens."""

    def read(self, channel: int) -> bytes:
        """Return a string of the device information."""
        serial = self.pod.address.replace(":", "")[-6:]
        words = {Channel.MODEL: self.model, Channel.SERIAL: serial, Channel.FIRMWARE: self.version}
        return encode_text(words[Channel(channel)])

    def write(self, _: int, payload: bytes) -> None:
        """Obey a command; what is none, or too long, is passed over, as a pod does."""
        try:
            module, register, data = split(payload[: messages.MOST_BYTES])
            obey = self._commands().get((module, register))
            if obey is not None:
                obey(data)
        except DecodeError:
            return

    def _tell(self, module: int, register: int, data: bytes = b"") -> None:
        self._spawn(self._notify(message(module, register, data)))

    async def _notify(self, said: bytes) -> None:
        if Channel.NOTIFY in self._listened:
            await self._send(Channel.NOTIFY, said)

    # Commands ------------------------------------------------------------------------------------

    def _commands(self) -> Known:
        known: Known = {
            (Module.LED, Led.PLAY): self._blink,
            (Module.PROCESSOR, Processor.ADD): self._add_processor,
            (Module.PROCESSOR, Processor.OUTPUT_OF): lambda data: self._outputs.update(data[:1]),
            (Module.PROCESSOR, Processor.REMOVE_ALL): self._remove_processors,
            (Module.EVENT, Event.REMOVE_ALL): lambda _: None,
            (Module.SETTINGS, READ | Settings.BATTERY): self._battery,
            (Module.LOGGER, READ | Logger.TIME): self._time,
            **self.logger.commands(),
        }
        for module in Module:
            known[module, READ | Register.INFO] = self._info_of(module)
        for module, own in ((Module.ACC, self.chip.acc_packed), (Module.GYR, self.chip.gyr_packed)):
            known[module, own] = self._notifies(module, own)
            known[module, Sensor.POWER] = self._switches(module, self._powered)
            known[module, Sensor.ENABLE] = self._switches(module, self._enabled)
            known[module, READ | Sensor.CONFIG] = self._tells_config(module)
        known[Module.PROCESSOR, Processor.OUTPUT] = self._notifies(
            Module.PROCESSOR, Processor.OUTPUT
        )
        known[Module.ACC, Sensor.CONFIG] = self._set_acc
        known[Module.GYR, Sensor.CONFIG] = self._set_gyr
        return known

    def _info_of(self, module: Module) -> Callable[[bytes], None]:
        implementations = {
            Module.ACC: self.chip.acc_implementation,
            Module.GYR: self.chip.gyr_implementation,
        }
        logger = bytes([TRIGGERS]) + messages.encode_number(self.holds_entries)
        more = {Module.LOGGER: logger, Module.PROCESSOR: bytes([PROCESSORS])}
        info = Info(
            implementations.get(module, 0), self.revisions.get(module, 0), more.get(module, b"")
        )
        data = messages.encode_info(info)
        return lambda _: self._tell(module, READ | Register.INFO, data)

    def _blink(self, _: bytes) -> None:
        self.identified += 1

    def _battery(self, _: bytes) -> None:
        data = messages.encode_battery(self.pod.battery_pct, 4000)
        self._tell(Module.SETTINGS, READ | Settings.BATTERY, data)

    def _time(self, _: bytes) -> None:
        tick = tick_of(self.pod.device_us(self._now_s()))
        data = messages.encode_time(PodTime(tick, self.start))
        self._tell(Module.LOGGER, READ | Logger.TIME, data)

    def _notifies(self, module: int, register: int) -> Callable[[bytes], None]:
        def obey(data: bytes) -> None:
            change = self._notified.add if data[:1] == b"\1" else self._notified.discard
            change((module, register))

        return obey

    def _switches(self, module: int, switched_on: set[int]) -> Callable[[bytes], None]:
        def obey(data: bytes) -> None:
            (switched_on.add if data[:1] == b"\1" else switched_on.discard)(module)
            self._packed[module].clear()
            if self._running and self._player is None:
                self._play(self._measure())
            elif not self._running:
                self._end_playing()

        return obey

    def _tells_config(self, module: int) -> Callable[[bytes], None]:
        def obey(_: bytes) -> None:
            acc = sensors.encode_acc(self.chip, self.sensors.acc)
            data = acc if module == Module.ACC else sensors.encode_gyr(self.sensors.gyr)
            self._tell(module, READ | Sensor.CONFIG, data)

        return obey

    def _set_acc(self, data: bytes) -> None:
        self.sensors = Sensors(sensors.decode_acc(self.chip, data), self.sensors.gyr)

    def _set_gyr(self, data: bytes) -> None:
        self.sensors = Sensors(self.sensors.acc, sensors.decode_gyr(data))

    def _add_processor(self, data: bytes) -> None:
        kind = data[4] if len(data) > 4 else None
        if len(self._chain) < len(_CHAIN) and kind == _CHAIN[len(self._chain)]:
            self._chain.append(kind)
            self._tell(Module.PROCESSOR, Processor.ADD, bytes([len(self._chain) - 1]))

    def _remove_processors(self, _: bytes) -> None:
        self._chain.clear()
        self._outputs.clear()

    # Measuring -----------------------------------------------------------------------------------

    @property
    def _running(self) -> set[int]:
        return self._powered & self._enabled

    async def _measure(self) -> None:
        """Take samples at their times, for whoever is to have them."""
        pod, taken = self.pod, PodSamples(self.pod, self.sensors)
        first = pod.taken_by(self._now_s())
        first += -first % taken.step
        for position in range(first, len(pod.samples), taken.step):
            serviced_s = float(pod.true_time_s[position]) + self._random.uniform(0, pod.service_s)
            await asyncio.sleep(serviced_s - self._now_s())
            vectors = {Module.ACC: taken.acc[position], Module.GYR: taken.gyr[position]}
            tick = taken.tick(position)
            for module in sorted(self._running):
                await self._pack(module, vectors[Module(module)])
            if self._running == {Module.ACC, Module.GYR}:
                await self._stamp(tick, *vectors.values())
            if self.logger.on:
                self.logger.keep(self.start, tick, self._sent(vectors))

    def _sent(self, vectors: Mapping[Module, Any]) -> dict[tuple[int, int], bytes]:
        """Return what the registers of the sensors send of a sample."""
        chip = self.chip
        registers = {Module.ACC: chip.acc_samples, Module.GYR: chip.gyr_samples}
        return {
            (module, registers[module]): vector.astype(VECTOR.base).tobytes()
            for module, vector in vectors.items()
            if module in self._running
        }

    async def _pack(self, module: int, vector: Any) -> None:
        own = self.chip.acc_packed if module == Module.ACC else self.chip.gyr_packed
        if (module, own) not in self._notified:
            return
        self._packed[module].append(vector)
        if len(self._packed[module]) == PACKED:
            data = sensors.encode_packed(self._packed[module])
            self._packed[module].clear()
            await self._notify(message(module, own, data))

    async def _stamp(self, tick: int, acc: Any, gyr: Any) -> None:
        last = len(_CHAIN) - 1
        told = (Module.PROCESSOR, Processor.OUTPUT) in self._notified and last in self._outputs
        if told and len(self._chain) == len(_CHAIN):
            data = bytes([last]) + sensors.encode_stamped(tick, acc, gyr)
            await self._notify(message(Module.PROCESSOR, Processor.OUTPUT, data))


class MetaMotionR(MetaWear):
    """A MetaMotion R or RL, with the older sensors, and a log that waits for no page."""

    model, version, chip = "5", "1.5.0", BMI160
    revisions: ClassVar[Mapping[int, int]] = {
        Module.ACC: 2,
        Module.GYR: 1,
        Module.PROCESSOR: 3,
        Module.LOGGER: 2,
    }
    holds_entries = 0x2B80
