"""The firmware of a virtual Movesense pod: answers, streams, logs; no radio.

What the maker does not publish is assumed, and said here: a frame that the link has no room for
is sent in two parts or more; what is subscribed to ends with the link; nothing is kept for a link
that was lost; what stays unanswered keeps one of four places for requests; a log is sent in pieces
that fill a notification.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, Final

from firmware_protocols.movesense_gsp import values
from firmware_protocols.movesense_gsp.frames import (
    ATT_BYTES,
    HEADER_BYTES,
    Answer,
    Command,
    Frame,
    Status,
    decode_command,
    decode_paths,
    encode_frame,
    encode_status,
)
from firmware_protocols.movesense_gsp.gatt import ADVERTISED, CHANNELS, HEART_RATE, SERVICE, Channel
from firmware_protocols.movesense_gsp.streams import (
    ACC_RANGES_G,
    GYR_RANGES_DPS,
    RATES_HZ,
    STREAMS,
    Stream,
)
from firmware_protocols.movesense_gsp.values import Hello, Logger, PodTime, SystemMode
from firmware_protocols.protocol import DecodeError
from pipelines.radio.virtual.firmware import Firmware
from pipelines.radio.virtual.gatt import Advertisement, Can, Characteristic, Service
from pipelines.radio.virtual.movesense_gsp.memory import Memory
from pipelines.radio.virtual.movesense_gsp.samples import PER_FRAME, PodSamples

PRODUCT: Final = "Movesense Flash"
SHORT_NAME: Final = 20  # longer ones have no room beside the services
PLACES: Final = 4
NEVER_ANSWERED: Final = "/Info"
ENDS_IN_S: Final = 0.1
PIECE_S: Final = 0.012  # some 11 kB/s, as was measured of a pod
STREAM_OF: Final = {stream.path: stream for stream in STREAMS.values()}

Answered = tuple[int, bytes]


class Movesense(Firmware):
    """A pod that streams as float32, and keeps a log where its `product` has flash."""

    product = PRODUCT
    services = (
        Service(
            SERVICE,
            (
                Characteristic(Channel.COMMAND, CHANNELS[Channel.COMMAND], Can.WRITE),
                Characteristic(Channel.DATA, CHANNELS[Channel.DATA], Can.NOTIFY),
            ),
        ),
    )

    def __init__(self, *about: Any, **more: Any) -> None:
        super().__init__(*about, **more)
        self.memory = Memory()
        self.forget()

    def forget(self) -> None:
        """Be as after power-up: logs stay, and the last of them is whole."""
        self.memory.roll_over()
        self._samples = PodSamples(self.pod)
        self._subscribed: dict[int, asyncio.Task[None]] = {}
        self._logged: list[Stream] = []
        self._utc_offset_us = 0
        self._places = PLACES

    def advertisement(self) -> Advertisement:
        """Return two short services and the name; the service itself has no room beside them."""
        long = len(self.pod.name) > SHORT_NAME
        return Advertisement(self.pod.name, (ADVERTISED, HEART_RATE), name_in_response=long)

    def connected(self) -> None:
        """Wait for commands."""

    def disconnected(self) -> None:
        """Forget what was subscribed to; a log goes on."""
        super().disconnected()
        self._subscribed.clear()

    def read(self, _: int) -> bytes:
        """Return nothing: these pods have no characteristic to read."""
        return b""

    def write(self, _: int, payload: bytes) -> None:
        """Obey a command."""
        if len(payload) >= HEADER_BYTES:
            self._spawn(self._obey(payload))

    async def _obey(self, payload: bytes) -> None:
        code, reference, more = decode_command(payload)
        if code == Command.HELLO:
            serial = self.pod.name.rpartition(" ")[2]
            hello = Hello(serial, self.product, "Virtual", "2.3.1", self.pod.address)
            await self._tell(Answer.RESPONSE, reference, values.encode_hello(hello))
            return
        if code == Command.GET and decode_paths(more) == [NEVER_ANSWERED]:
            self._places -= 1
            return
        try:
            status, data = self._answer(code, reference, more)
        except DecodeError:
            status, data = Status.CONFLICT, b""
        await self._tell(Answer.RESPONSE, reference, encode_status(status, data))
        if status == Status.OK and code == Command.SUBSCRIBE:
            task = self._spawn(self._stream(STREAM_OF[decode_paths(more)[0]], reference))
            self._subscribed[reference] = task
        elif status == Status.OK and code == Command.FETCH_LOG:
            self._spawn(self._send_log(values.decode_number(more), reference))

    async def _tell(self, answer: Answer, reference: int, payload: bytes) -> None:
        if Channel.DATA in self._listened:
            await self._send(Channel.DATA, encode_frame(Frame(answer, reference, payload)))

    @property
    def _room(self) -> int:
        return (self._att_mtu() or 0) - ATT_BYTES - HEADER_BYTES

    # Commands ------------------------------------------------------------------------------------

    def _answer(self, code: int, reference: int, more: bytes) -> Answered:
        if code == Command.SET_SYSTEM_MODE:
            return self._set_system_mode(more)
        if self._places <= 0:
            return Status.BUSY, b""
        known: dict[int, Callable[[int, bytes], Answered]] = {
            Command.SUBSCRIBE: self._subscribe,
            Command.UNSUBSCRIBE: self._unsubscribe,
            Command.FETCH_LOG: self._fetch,
            Command.GET: self._get,
            Command.CLEAR_LOGBOOK: self._clear,
            Command.SET_LOGGED: self._set_logged,
            Command.SET_UTC: self._set_utc,
            Command.SET_LOGGER: self._set_logger,
        }
        return known[code](reference, more) if code in known else (Status.NOT_FOUND, b"")

    def _subscribe(self, reference: int, more: bytes) -> Answered:
        stream = STREAM_OF.get("".join(decode_paths(more)))
        if stream is None or not self._samples.every(stream):
            return Status.NOT_FOUND, b""
        return (Status.CONFLICT if reference in self._subscribed else Status.OK), b""

    def _unsubscribe(self, reference: int, _: bytes) -> Answered:
        task = self._subscribed.pop(reference, None)
        if task is None:
            return Status.NOT_FOUND, b""
        task.cancel()
        return Status.OK, b""

    def _fetch(self, _: int, more: bytes) -> Answered:
        there = values.decode_number(more) in self.memory.logs
        return (Status.OK if there else Status.NOT_FOUND), b""

    def _get(self, _: int, more: bytes) -> Answered:
        logging = self.memory.open_log is not None
        room = self._room - 2
        known: dict[str, Callable[[], bytes]] = {
            values.BATTERY: lambda: bytes([self.pod.battery_pct]),
            values.TIME: lambda: values.encode_time(self._time()),
            values.LOGGER: lambda: bytes([Logger.LOGGING if logging else Logger.READY]),
            values.LOGBOOK: lambda: values.encode_entries(self.memory.entries(), room),
            values.ACC_INFO: lambda: _info(ACC_RANGES_G, 1),
            values.GYR_INFO: lambda: _info(GYR_RANGES_DPS, 2),
        }
        path = "".join(decode_paths(more))
        return (Status.OK, known[path]()) if path in known else (Status.NOT_FOUND, b"")

    def _clear(self, _: int, __: bytes) -> Answered:
        self.memory.logs.clear()
        return Status.OK, b""

    def _set_logged(self, _: int, more: bytes) -> Answered:
        paths = decode_paths(more)
        self._logged = [STREAM_OF[path] for path in paths if path in STREAM_OF]
        known = len(self._logged) == 1 and self._samples.every(self._logged[0]) > 0
        return (Status.OK if known and values.TIME in paths else Status.NOT_FOUND), b""

    def _set_logger(self, _: int, more: bytes) -> Answered:
        if more == bytes([Logger.LOGGING]):
            if not self._logged or self.memory.open_log is not None:
                return Status.CONFLICT, b""
            self.memory.begin(self._logged, self._time())
            self._play(self._log(self._logged[0]))
            return Status.OK, b""
        self._end_playing()
        return Status.OK, b""

    def _set_utc(self, _: int, more: bytes) -> Answered:
        self._utc_offset_us = values.decode_utc(more) - self.pod.device_us(self._now_s())
        return Status.OK, b""

    def _set_system_mode(self, more: bytes) -> Answered:
        if more != bytes([SystemMode.APPLICATION]):
            return Status.NOT_FOUND, b""
        asyncio.get_running_loop().call_later(ENDS_IN_S, self.start_anew)
        return Status.ACCEPTED, b""

    def _time(self) -> PodTime:
        now_us = self.pod.device_us(self._now_s())
        return PodTime(max(0, now_us + self._utc_offset_us), now_us // 1000 % 2**32)

    # Measuring -----------------------------------------------------------------------------------

    async def _stream(self, stream: Stream, reference: int) -> None:
        async for frame in self._frames(stream):
            await self._send_frame(frame, reference)

    async def _log(self, stream: Stream) -> None:
        async for frame in self._frames(stream):
            self.memory.keep(frame, PER_FRAME[round(stream.rate_hz)])

    async def _frames(self, stream: Stream) -> AsyncIterator[bytes]:
        """Yield the samples from now on, each frame when it is full."""
        pod, step = self.pod, self._samples.every(stream)
        count = PER_FRAME[round(stream.rate_hz)] * step
        for first in range(pod.taken_by(self._now_s()), len(pod.samples) - count + 1, count):
            full_s = float(pod.true_time_s[first + count - step])
            full_s += self._random.uniform(0, pod.service_s)
            await asyncio.sleep(full_s - self._now_s())
            yield self._samples.frame(first, stream)

    async def _send_frame(self, frame: bytes, reference: int) -> None:
        room = self._room
        await self._tell(Answer.DATA, reference, frame[:room])
        for at in range(room, len(frame), max(1, room)):
            await self._tell(Answer.DATA_PART_2, reference, frame[at : at + room])

    async def _send_log(self, number: int, reference: int) -> None:
        log = bytes(self.memory.logs[number])
        size = self._room - 4
        for at in range(0, len(log), size):
            piece = values.encode_number(at) + log[at : at + size]
            await self._tell(Answer.DATA, reference, piece)
            await asyncio.sleep(PIECE_S)
        await self._tell(Answer.DATA, reference, values.encode_number(len(log)))


def _info(ranges: tuple[int, ...], range_bytes: int) -> bytes:
    rates = [round(rate_hz) for rate_hz in RATES_HZ]
    return values.encode_info(rates, ranges, range_bytes=range_bytes)
