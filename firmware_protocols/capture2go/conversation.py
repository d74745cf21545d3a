"""Capture2Go, the sequences of requests that begin, resume and end streaming."""

from contextlib import suppress
from typing import Final

from firmware_protocols.capture2go.frames import Package
from firmware_protocols.capture2go.gatt import Channel
from firmware_protocols.capture2go.packages import (
    Code,
    Id,
    Mode,
    State,
    Status,
    Sync,
    decode_mode,
    decode_status,
    encode_mode,
    encode_time,
)
from firmware_protocols.capture2go.request import RefusedError, request
from firmware_protocols.capture2go.samples import RATES_HZ
from firmware_protocols.protocol import DecodeError, Wanted
from firmware_protocols.requests import Conversation, Pause, Subscribe, Talk

LOOKS: Final = 8
LOOK_S: Final = 0.25
"""A receiver is given two seconds to hear the sender before it begins all the same."""


def start(wanted: Wanted) -> Conversation:
    """Begin streaming as `wanted`, or resume that of a pod which is at it for this recording.

    A pod that streams for another recording is stopped, and what it held back is forgotten. Raises
    ValueError if the pod refuses or is recording on board, TimeoutError if it does not answer.
    """
    status = yield from connected()
    mode = mode_for(wanted)
    if status.state == State.STREAMING:
        if (yield from _mode(Package(Id.GET_MODE))) == mode:
            return
        yield from request(Package(Id.STOP_AND_CLEAR), Id.STOPPED_AND_CLEARED)
    yield from prepare(wanted, mode)
    yield from request(Package(Id.START_STREAMING), Id.STREAMING_STARTED)


def stop() -> Conversation:
    """End streaming, after all that the pod still held back."""
    yield Subscribe(Channel.TX)
    try:
        yield from request(Package(Id.STOP_STREAMING), Id.STREAMING_STOPPED)
    except RefusedError as error:
        if error.code != Code.WRONG_STATE:  # which it is in when it does not stream any more
            raise


def connected() -> Talk[Status]:
    """Listen to a pod that has just been connected, and ask who it is and what it is doing."""
    yield Subscribe(Channel.TX)
    yield from request(Package(Id.GET_DEVICE_INFO), Id.DEVICE_INFO)
    status = yield from _status()
    if status.state == State.RECORDING:
        raise ValueError(
            "the pod is recording on board; end that with the app it was begun with, or switch the "
            "pod off and on"
        )
    return status


def prepare(wanted: Wanted, mode: Mode) -> Conversation:
    """Set clock and mode of an idle pod, and give a receiver time to hear the sender."""
    if wanted.leads and wanted.utc_ns:
        yield from request(Package(Id.SET_TIME, encode_time(wanted.utc_ns)), Id.TIME)
    does = yield from _mode(Package(Id.SET_MODE, encode_mode(mode)))
    if does != mode:
        raise ValueError("the pod does not take the rate that was asked for; update its firmware")
    if mode.sync == Sync.RECEIVER:
        for _ in range(LOOKS):
            if (yield from _status()).synchronised:
                return
            yield Pause(LOOK_S)


def mode_for(wanted: Wanted) -> Mode:
    """Return the mode for the slowest rate that is not below the wanted one, else the fastest."""
    enough = [number for number, rate_hz in enumerate(RATES_HZ, 1) if rate_hz >= wanted.rate_hz]
    sync = Sync.NONE
    if wanted.recording:
        sync = Sync.SENDER if wanted.leads else Sync.RECEIVER
    return Mode(max(enough, default=1), sync=sync, sync_id=wanted.recording)


def _mode(command: Package) -> Talk[Mode | None]:
    answer = yield from request(command, Id.MODE)
    with suppress(DecodeError):
        return decode_mode(answer.payload)
    return None


def _status() -> Talk[Status]:
    answer = yield from request(Package(Id.GET_STATUS), Id.STATUS)
    return decode_status(answer.payload)
