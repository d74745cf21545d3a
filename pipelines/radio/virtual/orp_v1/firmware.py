"""The firmware of a virtual pod that speaks ORP v1: answers commands, sends samples; no radio."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from firmware_protocols import standard_services
from firmware_protocols.orp_v1.config import decode_config, encode_effective
from firmware_protocols.orp_v1.control import (
    Answer,
    Command,
    Op,
    Pong,
    Result,
    Started,
    Status,
    StatusFlag,
    decode_command,
    decode_pair,
    decode_ping,
    encode_answer,
    encode_pair,
    encode_pong,
    encode_started,
    encode_status,
)
from firmware_protocols.orp_v1.frames import encode_frame, samples_per_frame
from firmware_protocols.orp_v1.gatt import CHANNELS, SERVICE, Channel
from firmware_protocols.orp_v1.info import encode_info
from firmware_protocols.protocol import DecodeError
from pipelines.radio.virtual.firmware import Firmware
from pipelines.radio.virtual.gatt import Advertisement, Can, Characteristic, Service
from pipelines.radio.virtual.orp_v1.sampling import Sampling, effective, info

Reply = tuple[Result, bytes]

STATUS_INTERVAL_S: Final = 1.0
BULK_BURST: Final = 4
BULK_PAUSE_S: Final = 0.030
DEFAULT_LATENCY_MS: Final = 100
LONGEST_NAME: Final = 8
_CAN: Final = {
    Channel.INFO: Can.READ,
    Channel.CONTROL: Can.WRITE | Can.INDICATE,
    Channel.STREAM: Can.NOTIFY,
    Channel.BULK: Can.NOTIFY,
    Channel.TIME: Can.WRITE_WITHOUT_RESPONSE | Can.NOTIFY,
    Channel.STATUS: Can.READ | Can.NOTIFY,
}
_LEVEL: Final = Characteristic(Channel.BATTERY, CHANNELS[Channel.BATTERY], Can.READ)


class OrpV1(Firmware):
    """A pod with a ring: sampling goes on into it while nobody is connected."""

    services = (
        Service(SERVICE, tuple(Characteristic(c, CHANNELS[c], can) for c, can in _CAN.items())),
        Service(standard_services.BATTERY, (_LEVEL,)),
    )

    def __init__(self, *about: Any, **more: Any) -> None:
        super().__init__(*about, **more)
        self.identified = 0
        self.forget()

    def forget(self) -> None:
        """Be as after power-up."""
        self._config_id = 0
        self._latency_ms = DEFAULT_LATENCY_MS
        self._sampling: Sampling | None = None
        self._streaming = False
        self._answered: tuple[bytes, bytes] | None = None

    def advertisement(self) -> Advertisement:
        """Return the service and the name; everything a scanner filters on is in there."""
        if len(self.pod.name) > LONGEST_NAME:
            raise ValueError(
                f"{self.pod.name!r} does not fit an advertisement; use {LONGEST_NAME} characters"
            )
        return Advertisement(self.pod.name, (SERVICE,))

    def connected(self) -> None:
        """Tell the central that has connected the status from time to time."""
        self._spawn(self._tell_status())

    def disconnected(self) -> None:
        """End what was under way for the central; sampling goes on into the ring."""
        self._streaming = False
        self._answered = None
        super().disconnected()

    def read(self, channel: int) -> bytes:
        """Return the value of a characteristic that can be read."""
        if channel == Channel.INFO:
            return encode_info(info(self.pod))
        if channel == Channel.BATTERY:
            return standard_services.encode_battery(self.pod.battery_pct)
        sampling = self._sampling
        flags = StatusFlag(0) if sampling is None else StatusFlag.SAMPLING
        index = 0 if sampling is None else sampling.index
        return encode_status(Status(self.pod.battery_pct, flags, index, 0, 21))

    def write(self, channel: int, payload: bytes) -> None:
        """Obey a command, or answer a ping."""
        if channel == Channel.CONTROL:
            self._command(payload)
        else:
            self._ping(payload)

    def _ping(self, payload: bytes) -> None:
        """Answer a TIME ping at once; anything else is ignored."""
        now_us = self.pod.device_us(self._now_s())
        with suppress(DecodeError):
            pong = Pong(decode_ping(payload), now_us, now_us)
            self._spawn(self._send(Channel.TIME, encode_pong(pong)))

    def _command(self, payload: bytes) -> None:
        """Obey a command and answer it; the same one again gets the same answer again."""
        if self._answered is None or self._answered[0] != payload:
            try:
                asked = decode_command(payload)
            except DecodeError:
                return
            self._answered = (payload, encode_answer(self._obey(asked)))
        self._spawn(self._send(Channel.CONTROL, self._answered[1]))

    async def _tell_status(self) -> None:
        while True:
            await asyncio.sleep(STATUS_INTERVAL_S)
            await self._send(Channel.STATUS, self.read(Channel.STATUS))

    # Commands ------------------------------------------------------------------------------------

    def _obey(self, command: Command) -> Answer:
        known: dict[int, Callable[[bytes], Reply]] = {
            Op.CONFIG: self._config,
            Op.START: self._start,
            Op.STOP: self._stop,
            Op.BACKFILL: self._backfill,
            Op.BUFFER: self._buffer,
            Op.IDENTIFY: self._identify,
        }
        if command.op not in known:
            return Answer(command.op, command.request_id, Result.UNKNOWN_OP)
        try:
            result, data = known[command.op](command.arguments)
        except DecodeError:
            result, data = Result.PARAMETER, b""
        return Answer(command.op, command.request_id, result, data)

    def _config(self, arguments: bytes) -> Reply:
        asked = decode_config(arguments)
        result = Result.STATE
        if self._sampling is None:
            result = Result.OK
            self._config_id = self._config_id % 255 + 1
            if asked.max_latency_ms is not None:
                self._latency_ms = max(1, asked.max_latency_ms)
        present = effective(self.pod, self._config_id, self._latency_ms)
        return result, encode_effective(present)

    def _start(self, _: bytes) -> Reply:
        if not self._frame_size():
            return Result.MTU, b""
        if self._sampling is None:
            first = self.pod.taken_by(self._now_s())
            self._sampling = Sampling(self.pod, first, self._config_id)
            self._play(self._take(self._sampling))
        self._streaming = True
        started = Started(self._sampling.index, self._sampling.t_start_us)
        return Result.OK, encode_started(started)

    def _stop(self, _: bytes) -> Reply:
        self._end_playing()
        if self._sampling is not None and self._streaming:
            # What has been taken since the last frame goes out before the answer.
            rest = self.pod.taken_by(self._now_s()) - self._sampling.framed
            self._spawn(self._send_live(self._sampling, rest))
        self._sampling = None
        return Result.OK, b""

    def _backfill(self, arguments: bytes) -> Reply:
        first, count = decode_pair(arguments)
        sampling = self._sampling
        if sampling is None:
            return Result.STATE, b""
        begin = sampling.held_from(first)
        stop = min(begin + count, sampling.index)
        if stop <= begin:
            return Result.RANGE, b""
        self._spawn(self._send_bulk(sampling, begin, stop))
        return Result.OK, encode_pair(begin, stop - begin)

    def _buffer(self, _: bytes) -> Reply:
        if self._sampling is None:
            return Result.STATE, b""
        return Result.OK, encode_pair(self._sampling.oldest, self._sampling.index)

    def _identify(self, _: bytes) -> Reply:
        self.identified += 1
        return Result.OK, b""

    # Frames --------------------------------------------------------------------------------------

    def _frame_size(self) -> int:
        att_mtu = self._att_mtu()
        return samples_per_frame(self.pod.att_mtu if att_mtu is None else att_mtu)

    async def _take(self, sampling: Sampling) -> None:
        """Take the samples at their times; send them if anybody is listening."""
        pod = self.pod
        while (left := len(pod.samples) - sampling.framed) > 0:
            in_time = int(self._latency_ms * 1e-3 * pod.rate_hz)
            n = max(1, min(self._frame_size(), in_time, left))
            full_s = float(pod.true_time_s[sampling.framed + n - 1])
            serviced_s = full_s + self._random.uniform(0, pod.service_s)
            await asyncio.sleep(serviced_s - self._now_s())
            if self._streaming:
                await self._send_live(sampling, n)
            else:
                sampling.framed += n

    async def _send_live(self, sampling: Sampling, n: int) -> None:
        stop = sampling.framed + n
        while sampling.framed < stop and (size := self._frame_size()):
            frame = sampling.next_live(min(size, stop - sampling.framed))
            await self._send(Channel.STREAM, encode_frame(frame))

    async def _send_bulk(self, sampling: Sampling, first: int, stop: int) -> None:
        """Send the past in small portions, so that live frames never wait long behind it.

        What the ring has let go of by its turn is left out.
        """
        index, frames = first, 0
        while (index := sampling.held_from(index)) < stop and (size := self._frame_size()):
            frame = sampling.again(index, min(size, stop - index), frames)
            await self._send(Channel.BULK, encode_frame(frame))
            index, frames = index + len(frame.counts), frames + 1
            if frames % BULK_BURST == 0:
                await asyncio.sleep(BULK_PAUSE_S)
        await self._send(Channel.BULK, encode_frame(sampling.end(stop, frames)))
