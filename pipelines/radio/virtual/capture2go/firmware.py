"""The firmware of a virtual Capture2Go pod: obeys commands, streams, records; no radio.

What the maker does not publish is assumed, and said here: the send buffer holds the pod's `ring_s`
and, once full, takes nothing more; streaming goes on into it while nobody is connected; a receiver
takes over the sender's clock a second after its mode was set, and corrects itself every second.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final

from firmware_protocols.capture2go import files, packages
from firmware_protocols.capture2go.frames import Package, decode_frame, encode_frame
from firmware_protocols.capture2go.gatt import CHANNELS, SERVICE, Channel
from firmware_protocols.capture2go.packages import Code, DeviceInfo, Id, Mode, State, Status
from firmware_protocols.capture2go.samples import PACKED_6D, PER_PACKAGE, RATES_HZ
from firmware_protocols.protocol import DecodeError
from pipelines.radio.virtual.capture2go.clock import PodClock
from pipelines.radio.virtual.capture2go.memory import FileError, Memory
from pipelines.radio.virtual.capture2go.samples import PodSamples
from pipelines.radio.virtual.capture2go.send_buffer import SendBuffer
from pipelines.radio.virtual.firmware import Firmware
from pipelines.radio.virtual.gatt import Advertisement, Can, Characteristic, Service

SHORT_NAME: Final = 8  # longer ones have no room beside the service
SEND_EVERY_S: Final = 0.0075
REALTIME_HZ: Final = 50
BYTES_PER_S: Final = RATES_HZ[0] / PER_PACKAGE * (PACKED_6D.itemsize + 8)
TRANSFER_BYTES: Final = 2048  # of a file that wait in the send buffer

Answer = Package | Sequence[Package]


class Capture2Go(Firmware):
    """A pod that measures at 200 Hz and shares a clock with others of its kind."""

    services = (
        Service(
            SERVICE,
            (
                Characteristic(Channel.RX, CHANNELS[Channel.RX], Can.WRITE),
                Characteristic(Channel.TX, CHANNELS[Channel.TX], Can.NOTIFY),
            ),
        ),
    )

    def __init__(self, *about: Any, **more: Any) -> None:
        super().__init__(*about, **more)
        self.memory = Memory()
        self.identified = 0
        self.forget()

    def forget(self) -> None:
        """Be as after power-up: recordings stay."""
        self._samples = PodSamples(self.pod)
        self._clock = PodClock(self.pod, self._sender, Mode(packed=1))
        self._buffer = SendBuffer(TRANSFER_BYTES + round(self.pod.ring_s * BYTES_PER_S))
        self._state = State.IDLE
        self._recording = ""
        self._lost = False
        self._realtime: asyncio.Task[None] | None = None
        self._transfer: asyncio.Task[None] | None = None

    def advertisement(self) -> Advertisement:
        """Return the service and the name."""
        return Advertisement(
            self.pod.name, (SERVICE,), name_in_response=len(self.pod.name) > SHORT_NAME
        )

    def connected(self) -> None:
        """Tell the central that has connected the status, behind what is still to be sent."""
        self._buffer.put(self._status())
        self._spawn(self._send_all())

    def subscribed(self, channel: int, *, on: bool) -> None:
        """Send what has been waiting."""
        super().subscribed(channel, on=on)
        self._buffer.more.set()

    def read(self, _: int) -> bytes:
        """Return nothing: these pods have no characteristic to read."""
        return b""

    def write(self, _: int, payload: bytes) -> None:
        """Obey a command, one in each write."""
        refused = 0
        try:
            command = decode_frame(payload)
            refused = command.id
            answer = self._obey(command)
        except FileError as error:
            answer = _refusal(error.code, refused)
        except DecodeError:
            answer = _refusal(Code.PACKAGE_ERROR, refused)
        for package in (answer,) if isinstance(answer, Package) else answer:
            self._buffer.put(package)

    def _sender(self, sync_id: int) -> PodClock | None:
        """Return the clock of the pod nearby that gives it to all with this id."""
        for other in self.nearby:
            if isinstance(other, Capture2Go) and other._clock.gives(sync_id):
                return other._clock
        return None

    def _status(self) -> Package:
        now_s = self._now_s()
        status = Status(
            t_ns=self._clock.ns(now_s),
            state=self._state,
            battery_pct=self.pod.battery_pct,
            synchronised=self._clock.synchronised(now_s),
            free_pct=self.memory.free_pct,
        )
        return Package(Id.STATUS, packages.encode_status(status))

    # Measuring -----------------------------------------------------------------------------------

    def _measure(self, state: State) -> None:
        self._state = state
        self._play(self._take_and_tell())

    def _end_measuring(self) -> None:
        self._end_playing()
        self._state = State.IDLE

    async def _take_and_tell(self) -> None:
        await asyncio.gather(self._take(), self._tell())

    async def _take(self) -> None:
        """Make packages of the samples at their times, for the host or for the memory."""
        pod, samples, mode = self.pod, self._samples, self._clock.mode
        n = PER_PACKAGE * samples.step(mode)
        first = pod.taken_by(self._now_s())
        while first + n <= len(pod.samples):
            full_s = float(pod.true_time_s[first + n - samples.step(mode)])
            serviced_s = full_s + self._random.uniform(0, pod.service_s)
            await asyncio.sleep(serviced_s - self._now_s())
            self._clock.correct(self._now_s())
            offset_ns = self._clock.offset_ns
            package = samples.package(first, mode, offset_ns=offset_ns, gap=self._lost)
            self._lost = not self._keep(package)
            first += n

    async def _tell(self) -> None:
        while (interval_s := self._clock.mode.status_s) > 0:
            await asyncio.sleep(interval_s)
            self._buffer.put(self._status())

    def _keep(self, package: Package) -> bool:
        if self._state == State.STREAMING:
            return self._buffer.put(package)
        if not self.memory.free_pct:
            return False
        self.memory.of(self._recording).extend(encode_frame(package))
        return True

    # Sending -------------------------------------------------------------------------------------

    async def _send_all(self) -> None:
        """Notify what is to be sent, in order, whenever there is something and somebody listens."""
        buffer = self._buffer
        while (att_mtu := self._att_mtu()) is not None:
            if Channel.TX in self._listened and not buffer.empty:
                await self._send(Channel.TX, buffer.take(att_mtu))
                await asyncio.sleep(SEND_EVERY_S)
            else:
                buffer.more.clear()
                await buffer.more.wait()

    async def _send_realtime(self, rate_hz: int) -> None:
        while True:
            await asyncio.sleep(1 / rate_hz)
            position = self.pod.taken_by(self._now_s()) - 1
            if self._state != State.IDLE and position >= 0:
                offset_ns = self._clock.offset_ns
                self._buffer.at_once(self._samples.newest(position, offset_ns=offset_ns))

    async def _send_file(self, pieces: Sequence[Package]) -> None:
        for package in pieces:
            while len(self._buffer) >= TRANSFER_BYTES or not self._buffer.put(package):
                await asyncio.sleep(SEND_EVERY_S)

    # Commands ------------------------------------------------------------------------------------

    def _obey(self, command: Package) -> Answer:
        known: dict[int, Callable[[bytes], Answer]] = {
            Id.GET_DEVICE_INFO: self._device_info,
            Id.SET_MODE: self._set_mode,
            Id.GET_MODE: lambda _: Package(Id.MODE, packages.encode_mode(self._clock.mode)),
            Id.SET_RECORDING: self._set_recording,
            Id.GET_RECORDING: lambda _: self._recording_config(),
            Id.START_STREAMING: self._start_streaming,
            Id.STOP_STREAMING: self._stop_streaming,
            Id.START_RECORDING: self._start_recording,
            Id.STOP_RECORDING: self._stop_recording,
            Id.STOP_AND_CLEAR: self._stop_and_clear,
            Id.START_REALTIME: self._start_realtime,
            Id.STOP_REALTIME: self._stop_realtime,
            Id.SET_TIME: self._set_time,
            Id.ROUNDTRIP: self._roundtrip,
            Id.SET_LED: self._blink,
            Id.GET_STATUS: lambda _: self._status(),
            Id.LIST_FILES: lambda _: self.memory.listed(),
            Id.GET_BYTES: self._get_bytes,
            Id.STOP_BYTES: self._stop_bytes,
            Id.GET_SIZE: self._get_size,
            Id.DELETE_FILE: self._delete_file,
        }
        if command.id not in known:
            return _refusal(Code.UNKNOWN_COMMAND, command.id)
        return known[command.id](command.payload)

    def _device_info(self, _: bytes) -> Answer:
        serial = self.pod.name.removeprefix("IMU_")[:6]
        info = DeviceInfo(serial, "virtual", "1", "1.0", "2026-01-01")
        return Package(Id.DEVICE_INFO, packages.encode_info(info))

    def _set_mode(self, payload: bytes) -> Answer:
        mode = packages.decode_mode(payload)
        if self._state != State.IDLE:
            return _refusal(Code.WRONG_STATE, Id.SET_MODE)
        if not 1 <= mode.packed <= len(RATES_HZ):
            return _refusal(Code.PACKAGE_ERROR, Id.SET_MODE)
        self._clock.use(mode, self._now_s())
        return Package(Id.MODE, packages.encode_mode(mode))

    def _start_streaming(self, _: bytes) -> Answer:
        if self._state != State.IDLE:
            return _refusal(Code.WRONG_STATE, Id.START_STREAMING)
        self._measure(State.STREAMING)
        return Package(Id.STREAMING_STARTED)

    def _stop_streaming(self, _: bytes) -> Answer:
        if self._state != State.STREAMING:
            return _refusal(Code.WRONG_STATE, Id.STOP_STREAMING)
        self._end_measuring()
        return Package(Id.STREAMING_STOPPED)

    def _stop_and_clear(self, _: bytes) -> Answer:
        if self._state == State.STREAMING:
            self._end_measuring()
        self._buffer.clear()
        return Package(Id.STOPPED_AND_CLEARED)

    def _set_time(self, payload: bytes) -> Answer:
        t_ns = packages.decode_time(payload)
        self._clock.set(t_ns, self._now_s())
        return Package(Id.TIME, payload)

    def _roundtrip(self, payload: bytes) -> Answer:
        sent_ns, *_ = packages.decode_roundtrip(payload)
        now_ns = self._clock.ns(self._now_s())
        told = packages.encode_roundtrip(sent_ns, now_ns, now_ns, 0)
        self._buffer.at_once(Package(Id.ROUNDTRIP, told))
        return ()

    def _blink(self, payload: bytes) -> Answer:
        self.identified += 1
        return Package(Id.LED, payload)

    def _start_realtime(self, payload: bytes) -> Answer:
        if len(payload) != 2:
            return _refusal(Code.PACKAGE_ERROR, Id.START_REALTIME)
        self._stop_realtime(b"")
        rate_hz = payload[1] or REALTIME_HZ
        self._realtime = self._spawn(self._send_realtime(rate_hz))
        return Package(Id.REALTIME, payload)

    def _stop_realtime(self, _: bytes) -> Answer:
        if self._realtime is not None:
            self._realtime.cancel()
        return Package(Id.REALTIME_STOPPED)

    # Recordings ----------------------------------------------------------------------------------

    def _set_recording(self, payload: bytes) -> Answer:
        if not (name := files.decode_recording(payload)):
            return _refusal(Code.NAME_INVALID, Id.SET_RECORDING)
        self._recording = name
        return Package(Id.RECORDING, payload)

    def _recording_config(self) -> Answer:
        if not self._recording:
            return _refusal(Code.NO_RECORDING_CONFIG, Id.GET_RECORDING)
        return Package(Id.RECORDING, files.encode_recording(self._recording))

    def _start_recording(self, _: bytes) -> Answer:
        if self._state != State.IDLE:
            return _refusal(Code.WRONG_STATE, Id.START_RECORDING)
        if not self._recording:
            return _refusal(Code.NO_RECORDING_CONFIG, Id.START_RECORDING)
        self.memory.new(self._recording)
        self._measure(State.RECORDING)
        return Package(Id.RECORDING_STARTED)

    def _stop_recording(self, _: bytes) -> Answer:
        if self._state != State.RECORDING:
            return _refusal(Code.WRONG_STATE, Id.STOP_RECORDING)
        self._end_measuring()
        return Package(Id.RECORDING_STOPPED)

    def _get_bytes(self, payload: bytes) -> Answer:
        pieces = self.memory.pieces(*files.decode_span(payload))
        if self._transfer is not None and not self._transfer.done():
            return _refusal(Code.BUSY, Id.GET_BYTES)
        self._transfer = self._spawn(self._send_file(pieces))
        return ()

    def _stop_bytes(self, _: bytes) -> Answer:
        if self._transfer is not None:
            self._transfer.cancel()
        return Package(Id.BYTES_STOPPED)

    def _get_size(self, payload: bytes) -> Answer:
        name = files.decode_name(payload)
        return Package(Id.SIZE, files.encode_size(name, len(self.memory.of(name))))

    def _delete_file(self, payload: bytes) -> Answer:
        self.memory.delete(files.decode_name(payload))
        return Package(Id.FILE_DELETED, payload)


def _refusal(code: Code, command: int) -> Package:
    return Package(Id.ERROR, packages.encode_refusal(code, command))
