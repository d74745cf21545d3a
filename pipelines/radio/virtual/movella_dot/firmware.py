"""The firmware of a virtual Movella DOT: measures, records, exports; no radio.

What the maker does not publish is assumed, and said here: measuring ends with the link and nothing
is kept of it; a pod measures or records, not both; what cannot be done in its state is refused with
that state, what it does not know as invalid; a setting that it does not take is passed over in
silence; a notification that the link has no room for is cut.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, Final

from firmware_protocols.movella_dot import files, values
from firmware_protocols.movella_dot.gatt import (
    BATTERY,
    CHANNELS,
    CONFIGURATION,
    MAKER,
    MEASUREMENT,
    MESSAGE,
    Channel,
)
from firmware_protocols.movella_dot.messages import (
    RECORDING,
    Acknowledged,
    Kind,
    Message,
    Result,
    decode_message,
    encode_acknowledged,
    encode_message,
)
from firmware_protocols.movella_dot.values import LIVE_RATES_HZ, RATES_HZ, Info, Mode, Settings
from firmware_protocols.protocol import DecodeError
from pipelines.radio.virtual.firmware import Firmware
from pipelines.radio.virtual.gatt import Advertisement, Can, Characteristic, Service
from pipelines.radio.virtual.movella_dot.memory import Memory, Recording
from pipelines.radio.virtual.movella_dot.samples import PodSamples

NAME: Final = "Movella DOT"
FACTORY_HZ: Final = 60
VERSION, PRODUCT = (2, 4, 0), "XS-T01"
RECORD_S: Final = 0.0075
"""Between two records of an export, what an ordinary link takes; a pod's own is not published."""
_ATT_BYTES: Final = 3
_READ, _NOTIFY = Can.READ, Can.NOTIFY


def _service(uuid: str, **channels: Can) -> Service:
    known = {Channel[name.upper()]: can for name, can in channels.items()}
    return Service(
        uuid, tuple(Characteristic(one, CHANNELS[one], can) for one, can in known.items())
    )


class MovellaDot(Firmware):
    """A pod that measures at 120 Hz, which it records, and sends at 60 Hz and less."""

    services = (
        _service(CONFIGURATION, info=_READ, settings=_READ | Can.WRITE, report=_NOTIFY),
        _service(
            MEASUREMENT, measure=_READ | Can.WRITE, long=_NOTIFY, medium=_NOTIFY, short=_NOTIFY
        ),
        _service(BATTERY, battery=_READ | _NOTIFY),
        _service(MESSAGE, command=Can.WRITE, acknowledge=_READ, notice=_NOTIFY),
    )

    def __init__(self, *about: Any, **more: Any) -> None:
        super().__init__(*about, **more)
        self.memory = Memory()
        self.identified = 0
        self.rate_hz = FACTORY_HZ
        self.forget()

    def forget(self) -> None:
        """Be as after power-up: recordings and the rate stay."""
        self._samples = PodSamples(self.pod)
        self._state = Result.IDLE
        self._mode: int = Mode.RATE_QUANTITIES
        self._measures = False
        self._acknowledged = b""
        self._selected = bytes([files.Field.TIME, files.Field.EULER, *b"\x07\x08"])
        self._sent: asyncio.Task[None] | None = None
        self._next = 0

    def advertisement(self) -> Advertisement:
        """Return the maker and the name that all of these pods have."""
        return Advertisement(NAME, manufacturer={MAKER: b""})

    def connected(self) -> None:
        """Wait for commands."""

    def disconnected(self) -> None:
        """End measuring and exports; a recording goes on."""
        super().disconnected()
        if self._measures:
            self._end_measuring()
        if self._state != Result.RECORDING:
            self._state = Result.IDLE

    def read(self, channel: int) -> bytes:
        """Return the value of a characteristic that can be read."""
        if channel == Channel.INFO:
            address = bytes.fromhex(self.pod.address.replace(":", ""))[::-1]
            serial = int.from_bytes(address, "little")
            return values.encode_info(Info(serial, VERSION, PRODUCT, address))
        if channel == Channel.SETTINGS:
            return values.encode_settings(Settings(rate_hz=self.rate_hz, tag=self.pod.name))
        if channel == Channel.MEASURE:
            return values.encode_measure(on=self._measures, mode=self._mode)
        if channel == Channel.BATTERY:
            return values.encode_battery(self.pod.battery_pct)
        return self._acknowledged

    def write(self, channel: int, payload: bytes) -> None:
        """Obey what was written; what is of odd length or not for this characteristic is none."""
        obey = {
            Channel.SETTINGS: self._set,
            Channel.MEASURE: self._measure,
            Channel.COMMAND: self._command,
        }
        try:
            obey[Channel(channel)](payload)
        except DecodeError:
            return

    def _set(self, payload: bytes) -> None:
        wanted = values.decode_settings(payload)
        self.identified += bool(wanted.visit & values.Visit.IDENTIFY and wanted.identify)
        resting = not self._measures and self._state == Result.IDLE
        if wanted.visit & values.Visit.RATE and resting and wanted.rate_hz in RATES_HZ:
            self.rate_hz = wanted.rate_hz

    # Measuring -----------------------------------------------------------------------------------

    def _measure(self, payload: bytes) -> None:
        on, mode = values.decode_measure(payload)
        if not on:
            if self._measures:
                self._end_measuring()
        elif self._state == Result.IDLE and mode in set(Mode) and self.rate_hz in LIVE_RATES_HZ:
            self._measures, self._mode = True, mode
            self._play(self._stream())

    def _end_measuring(self) -> None:
        self._end_playing()
        self._measures = False

    async def _stream(self) -> None:
        rates = self._mode == Mode.RATE_QUANTITIES
        channel, make = (
            (Channel.MEDIUM, self._samples.live) if rates else (Channel.SHORT, self._samples.clock)
        )
        async for at in self._taken():
            await self._notify(channel, make(at))

    async def _taken(self) -> AsyncIterator[int]:
        """Yield the samples from now on, each when it was taken."""
        pod, step = self.pod, self._samples.step(self.rate_hz)
        first = -(-pod.taken_by(self._now_s()) // step) * step
        for at in range(first, len(pod.samples), step):
            ready_s = float(pod.true_time_s[at]) + self._random.uniform(0, pod.service_s)
            await asyncio.sleep(ready_s - self._now_s())
            yield at

    async def _notify(self, channel: Channel, payload: bytes) -> None:
        if channel in self._listened:
            await self._send(channel, payload[: max(0, (self._att_mtu() or 0) - _ATT_BYTES)])

    async def _tell(self, kind: Kind, payload: bytes = b"") -> None:
        await self._notify(Channel.NOTICE, encode_message(Message(kind, payload)))

    # Commands ------------------------------------------------------------------------------------

    def _command(self, payload: bytes) -> None:
        message = decode_message(payload)
        if message.topic != RECORDING:
            return
        result = self._obey(message)
        self._acknowledged = encode_acknowledged(
            Acknowledged(result, message.kind, message.payload)
        )

    def _obey(self, message: Message) -> int:
        if message.kind == Kind.GET_STATE:
            return self._state
        valid: dict[int, tuple[int, Callable[[bytes], int]]] = {
            Kind.START: (Result.IDLE, self._start),
            Kind.STOP: (Result.RECORDING, self._stop),
            Kind.GET_FLASH: (Result.IDLE, self._get_flash),
            Kind.GET_FILE: (Result.IDLE, self._get_file),
            Kind.GET_DATA: (Result.IDLE, self._get_data),
            Kind.SELECT: (Result.IDLE, self._select),
            Kind.STOP_DATA: (Result.SENDING_DATA, self._stop_data),
            Kind.RESEND: (Result.SENDING_DATA, self._resend),
        }
        if message.kind not in valid or self._measures:
            return Result.INVALID
        state, obey = valid[message.kind]
        if self._state != state:
            return Result.INVALID if self._state == Result.IDLE else self._state
        try:
            return obey(message.payload)
        except DecodeError:
            return Result.INVALID

    def _start(self, payload: bytes) -> int:
        utc_s, seconds = files.decode_start(payload)
        if not self.memory.full:
            self.memory.recordings.append(Recording(utc_s, seconds))
            self._state = Result.RECORDING
            self._play(self._record(self.memory.recordings[-1]))
        return Result.SUCCESS

    async def _record(self, recording: Recording) -> None:
        most = recording.seconds * self.rate_hz
        timed = recording.seconds != files.NO_TIMER
        async for at in self._taken():
            recording.records.append(self._samples.record(at, self.rate_hz))
            if self.memory.full or (timed and len(recording.records) >= most):
                break
        self._state = Result.IDLE
        await self._tell(Kind.STOP)

    def _stop(self, _: bytes) -> int:
        self._end_playing()
        self._state = Result.IDLE
        self._spawn(self._tell(Kind.STOP))
        return Result.SUCCESS

    def _select(self, payload: bytes) -> int:
        if not set(files.layout(payload).names or ()) <= set(files.RECORD.names or ()):
            return Result.INVALID
        self._selected = payload
        return Result.SUCCESS

    # Exports -------------------------------------------------------------------------------------

    def _get_flash(self, _: bytes) -> int:
        self._spawn(self._send_flash())
        return Result.SUCCESS

    async def _send_flash(self) -> None:
        for said in files.encode_flash(self.memory.flash):
            await self._tell(Kind.FLASH, said)
        await self._tell(Kind.FLASH_DONE)

    def _get_file(self, payload: bytes) -> int:
        self._spawn(self._send_file(self.memory.numbered(payload)))
        return Result.SUCCESS

    async def _send_file(self, recording: Recording | None) -> None:
        if recording is None:
            await self._tell(Kind.NO_FILE)
            return
        await self._tell(Kind.FILE, files.encode_file(recording.utc_s, recording.seconds))
        await self._tell(Kind.FILE_DONE)

    def _get_data(self, payload: bytes) -> int:
        recording = self.memory.numbered(payload)
        if recording is None:
            return Result.INVALID
        self._state, self._next = Result.SENDING_DATA, 0
        self._sent = self._spawn(self._send_data(recording))
        return Result.SUCCESS

    async def _send_data(self, recording: Recording) -> None:
        while (number := self._next) < len(recording.records):
            self._next += 1
            kind = Kind.DAMAGED_DATA if number in recording.damaged else Kind.DATA
            record = recording.exported(number, self._selected)
            await self._tell(kind, files.encode_record(number, record))
            await asyncio.sleep(RECORD_S)
        self._state = Result.IDLE
        await self._tell(Kind.DATA_DONE)

    def _stop_data(self, _: bytes) -> int:
        if self._sent is not None:
            self._sent.cancel()
        self._state = Result.IDLE
        self._spawn(self._tell(Kind.STOP_DATA))
        return Result.SUCCESS

    def _resend(self, payload: bytes) -> int:
        self._next = files.decode_number(payload)
        return Result.SUCCESS
