"""The firmware of a virtual Polar sensor: obeys the control point, streams; no radio.

What Polar does not publish is assumed, and said here: packets of 67 bytes are the least to stream
with; in SDK mode the plain question for settings is answered with all of them; the factor is full
scale over 2**15; streams go on unheard while nobody is connected, and nothing is kept; acceleration
and angular rate are of the same instants. Heart rate and recordings on board are not simulated.
"""

import asyncio
from collections.abc import Callable
from math import radians
from typing import Any, Final

from firmware_protocols import standard_services
from firmware_protocols.advertised import uuid16
from firmware_protocols.polar_pmd.control import (
    Answer,
    Kind,
    Op,
    Setting,
    Settings,
    Status,
    decode_settings,
    encode_answer,
    encode_factor,
    encode_features,
    encode_settings,
)
from firmware_protocols.polar_pmd.frames import LAYOUTS
from firmware_protocols.polar_pmd.gatt import CHANNELS, SERVICE, Channel
from firmware_protocols.protocol import DecodeError
from imu.frames import GRAVITY_MPS2
from pipelines.radio.virtual.firmware import Firmware
from pipelines.radio.virtual.gatt import Advertisement, Can, Characteristic, Service
from pipelines.radio.virtual.polar_pmd.models import model_of
from pipelines.radio.virtual.polar_pmd.stream import Stream

HEART_RATE: Final = uuid16(0x180D)
RESOLUTION_BITS: Final = 16
AXES: Final = 3
LEAST_MTU: Final = 70
RUNS: Final = 0x40
FULL_COUNTS: Final = 2**15
_ATT_BYTES: Final = 3
_ANSWER_BYTES: Final = 5
_SI: Final = {Kind.ACC: GRAVITY_MPS2, Kind.GYRO: radians(1)}

Reply = tuple[Status, bytes]


def _readable(channel: Channel) -> Characteristic:
    return Characteristic(channel, CHANNELS[channel], Can.READ)


class PolarPmd(Firmware):
    """A sensor of the model that its name says."""

    services = (
        Service(
            SERVICE,
            (
                Characteristic(
                    Channel.CONTROL,
                    CHANNELS[Channel.CONTROL],
                    Can.READ | Can.WRITE | Can.INDICATE,
                ),
                Characteristic(Channel.DATA, CHANNELS[Channel.DATA], Can.NOTIFY),
            ),
        ),
        Service(standard_services.BATTERY, (_readable(Channel.BATTERY),)),
        Service(
            standard_services.DEVICE_INFORMATION,
            tuple(map(_readable, (Channel.SERIAL, Channel.FIRMWARE, Channel.MODEL))),
        ),
    )

    def __init__(self, *about: Any, **more: Any) -> None:
        super().__init__(*about, **more)
        self.model = model_of(self.pod.name)
        self.forget()

    def forget(self) -> None:
        """Be as after power-up."""
        self._sdk = False
        self._streams: dict[Kind, Stream] = {}

    def advertisement(self) -> Advertisement:
        """Return the name, and the heart rate: the service of these streams is not advertised."""
        return Advertisement(self.pod.name, (HEART_RATE,))

    def connected(self) -> None:
        """Do nothing yet: the central has to subscribe and to ask."""

    def read(self, channel: int) -> bytes:
        """Return the value of a characteristic that can be read."""
        if channel == Channel.CONTROL:
            kinds = set(self.model.usual) | ({Kind.SDK_MODE} if self.model.sdk else set())
            return encode_features(frozenset(kinds))
        if channel == Channel.BATTERY:
            return standard_services.encode_battery(self.pod.battery_pct)
        words = {
            Channel.SERIAL: self.pod.name.rsplit(" ", 1)[-1],
            Channel.FIRMWARE: "virtual",
            Channel.MODEL: self.model.name.strip(),
        }
        return standard_services.encode_text(words[Channel(channel)])

    def write(self, _: int, payload: bytes) -> None:
        """Obey a command, and indicate the answer, in several if it is long."""
        op, kind = (*payload[:2], 0, 0)[:2]
        status, parameters = self._obey(payload)
        room = max(1, (self._att_mtu() or LEAST_MTU) - _ATT_BYTES - _ANSWER_BYTES)
        pieces = [parameters[at : at + room] for at in range(0, len(parameters), room)] or [b""]
        answers = [
            encode_answer(Answer(op, kind, status, number < len(pieces) - 1, piece))
            for number, piece in enumerate(pieces)
        ]
        self._spawn(self._indicate(answers))

    async def _indicate(self, answers: list[bytes]) -> None:
        for answer in answers:
            await self._send(Channel.CONTROL, answer)

    # Commands ------------------------------------------------------------------------------------

    def _obey(self, payload: bytes) -> Reply:
        known: dict[int, Callable[[int, bytes], Reply]] = {
            Op.SETTINGS: self._settings,
            Op.START: self._start,
            Op.STOP: self._stop,
            Op.SDK_SETTINGS: self._sdk_settings,
        }
        alone = {Op.MEASURING: self._measuring, Op.SDK_STATUS: self._sdk_status}
        if not payload or payload[0] not in {*known, *alone}:
            return Status.UNKNOWN_OP, b""
        if payload[0] in alone:
            return alone[Op(payload[0])]()
        if len(payload) < 2:
            return Status.LENGTH, b""
        if payload[1] not in {*self.model.usual, *([Kind.SDK_MODE] if self.model.sdk else [])}:
            return Status.NOT_SUPPORTED, b""
        try:
            return known[payload[0]](payload[1], payload[2:])
        except DecodeError:
            return Status.PARAMETER, b""

    def _settings(self, kind: int, rest: bytes) -> Reply:
        if rest or kind == Kind.SDK_MODE:
            return (Status.LENGTH if rest else Status.NOT_SUPPORTED), b""
        return Status.OK, encode_settings(self._offered(Kind(kind), sdk=self._sdk))

    def _sdk_settings(self, kind: int, rest: bytes) -> Reply:
        if rest or kind not in self.model.sdk:
            return (Status.LENGTH if rest else Status.NOT_SUPPORTED), b""
        return Status.OK, encode_settings(self._offered(Kind(kind), sdk=True))

    def _measuring(self) -> Reply:
        return Status.OK, bytes(
            kind | (RUNS if kind in self._streams else 0) for kind in self.model.usual
        )

    def _sdk_status(self) -> Reply:
        if not self.model.sdk:
            return Status.NOT_SUPPORTED, b""
        return Status.OK, bytes([self._sdk])

    def _start(self, kind: int, rest: bytes) -> Reply:
        if kind == Kind.SDK_MODE:
            return self._switch_sdk(on=True)
        if kind in self._streams:
            return Status.ALREADY, b""
        settings = decode_settings(rest)
        refused = self._refused(Kind(kind), settings)
        if refused:
            return refused, b""
        stream = self._stream(Kind(kind), settings[Setting.RATE][0], settings[Setting.RANGE][0])
        self._streams[stream.kind] = stream
        self._play(self._take())
        if not LAYOUTS[stream.kind, stream.frame_type].scaled:
            return Status.OK, b""
        return Status.OK, encode_settings({Setting.FACTOR: (encode_factor(stream.factor),)})

    def _stop(self, kind: int, _: bytes) -> Reply:
        if kind == Kind.SDK_MODE:
            return self._switch_sdk(on=False)
        if self._streams.pop(Kind(kind), None) is None:
            return Status.ALREADY, b""
        self._play(self._take())
        return Status.OK, b""

    def _switch_sdk(self, *, on: bool) -> Reply:
        if self._streams:
            return Status.STATE, b""
        if self._sdk == on:
            return Status.ALREADY, b""
        self._sdk = on
        return Status.OK, b""

    def _offered(self, kind: Kind, *, sdk: bool) -> Settings:
        """Return the settings of a stream; of the rates, those that the pod's samples can give."""
        rates_hz, ranges = (self.model.sdk if sdk else self.model.usual)[kind]
        return {
            Setting.RATE: tuple(rate for rate in rates_hz if self.pod.rate_hz % rate == 0),
            Setting.RESOLUTION: (RESOLUTION_BITS,),
            Setting.RANGE: ranges,
            Setting.CHANNELS: (AXES,),
        }

    def _refused(self, kind: Kind, asked: Settings) -> Status:
        """Return why a stream cannot be started so; OK if it can. Channels may be left out."""
        offered = self._offered(kind, sdk=self._sdk)
        why = {
            Setting.RATE: Status.RATE,
            Setting.RESOLUTION: Status.RESOLUTION,
            Setting.RANGE: Status.RANGE,
            Setting.CHANNELS: Status.CHANNELS,
        }
        for setting, status in why.items():
            values = asked.get(setting, offered[setting] if setting == Setting.CHANNELS else ())
            if len(values) != 1:
                return Status.PARAMETER
            if values[0] not in offered[setting]:
                return status
        return Status.MTU if (self._att_mtu() or 0) < LEAST_MTU else Status.OK

    # Streams -------------------------------------------------------------------------------------

    def _stream(self, kind: Kind, rate_hz: int, full: int) -> Stream:
        frame_type = self.model.frame_types[kind]
        layout = LAYOUTS[kind, frame_type]
        step = round(self.pod.rate_hz / rate_hz)
        full_si = full * _SI[kind]
        return Stream(
            pod=self.pod,
            kind=kind,
            frame_type=frame_type,
            factor=full_si / layout.si / FULL_COUNTS if layout.scaled else 1.0,
            full_si=full_si,
            step=step,
            next=-(-self.pod.taken_by(self._now_s()) // step) * step,
        )

    async def _take(self) -> None:
        """Send the frame that is full next, of any stream, until all samples are taken."""
        while running := [stream for stream in self._streams.values() if not stream.ended]:
            room = (self._att_mtu() or self.pod.att_mtu) - _ATT_BYTES
            full_s = {stream.kind: stream.plan(room) for stream in running}
            stream = min(running, key=lambda one: full_s[one.kind])
            serviced_s = full_s[stream.kind] + self._random.uniform(0, self.pod.service_s)
            await asyncio.sleep(serviced_s - self._now_s())
            frame = stream.frame()
            if Channel.DATA in self._listened:
                self._spawn(self._send(Channel.DATA, frame))
