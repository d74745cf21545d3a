"""Conversations without a radio: what the pod says is a list, and time passes when it is silent."""

from itertools import cycle, islice

import pytest
from vendor_bytes.capture2go_bytes import samples_package

from firmware_protocols.capture2go import PROTOCOL, packages
from firmware_protocols.capture2go.frames import (
    Package,
    decode_frame,
    encode_frame,
    join_notification,
)
from firmware_protocols.capture2go.packages import Code, DeviceInfo, Id, Mode, State, Status, Sync
from firmware_protocols.capture2go.request import MOST_WAITS, RefusedError, request
from firmware_protocols.protocol import Wanted
from firmware_protocols.requests import Ask, Pause, Subscribe, Wait

PER_WAIT = 75  # notifications in the time that is waited


def said(*parts):
    return [join_notification([], encode_frame(package)) for package in parts]


def hold(conversation, answers):
    """Hold a conversation with a pod; return its result and what it was asked.

    `answers(command)` are the notifications after a command, taken up by waits that follow.
    """
    asked, coming = [], iter(())
    try:
        wanted = next(conversation)
        while True:
            if isinstance(wanted, Ask):
                asked.append(decode_frame(wanted.payload))
                coming = iter(answers(asked[-1]))
            if isinstance(wanted, (Subscribe, Pause)):
                wanted = conversation.send(b"")
                continue
            assert isinstance(wanted, (Ask, Wait))
            found = next(filter(wanted.fits, islice(coming, PER_WAIT)), None)
            if found is None:
                wanted = conversation.throw(TimeoutError())
            else:
                wanted = conversation.send(found)
    except StopIteration as end:
        return end.value, asked


GET_STATUS = Package(Id.GET_STATUS)
STATUS = Package(Id.STATUS, packages.encode_status(Status(5, State.IDLE, 50)))
STREAM = [samples_package(8 * k) for k in range(1000)]


def test_an_answer_is_found_behind_what_the_pod_held_back():
    answer, asked = hold(request(GET_STATUS, Id.STATUS), lambda _: said(*STREAM, STATUS))
    assert (answer, len(asked)) == (STATUS, 1)


def test_a_silent_pod_is_asked_three_times_and_then_said_to_be():
    asked = []

    def never(command):
        asked.append(command)
        return []

    with pytest.raises(TimeoutError, match="does not answer GET_STATUS; switch it off and on"):
        hold(request(GET_STATUS, Id.STATUS), never)
    assert asked == [GET_STATUS] * 3


def test_a_pod_that_only_streams_is_not_waited_for_without_end():
    count = [0]

    def streaming(_):
        for notification in cycle(said(*STREAM)):
            count[0] += 1
            yield notification

    with pytest.raises(TimeoutError):
        hold(request(GET_STATUS, Id.STATUS), streaming)
    assert count[0] <= (MOST_WAITS + 3) * PER_WAIT


def test_a_refusal_of_another_command_is_not_ours():
    def refusing(_):
        other = packages.encode_refusal(Code.BUSY, Id.GET_BYTES)
        ours = packages.encode_refusal(Code.WRONG_STATE, Id.GET_STATUS)
        return said(Package(Id.ERROR, other), Package(Id.ERROR, ours))

    with pytest.raises(RefusedError, match="GET_STATUS: it is in the wrong state") as refused:
        hold(request(GET_STATUS, Id.STATUS), refusing)
    assert refused.value.code == Code.WRONG_STATE


def a_pod(*, state=State.IDLE, mode=None, synchronised=True):
    """What a pod answers to each command; a status says at once whether it is synchronised."""
    status = Status(5, state, 50, synchronised=synchronised)
    kept = {Id.GET_MODE: mode}

    def answers(command):
        if command.id == Id.SET_MODE:
            kept[Id.GET_MODE] = packages.decode_mode(command.payload)
        replies = {
            Id.GET_DEVICE_INFO: (Id.DEVICE_INFO, packages.encode_info(DeviceInfo("1"))),
            Id.GET_STATUS: (Id.STATUS, packages.encode_status(status)),
            Id.GET_MODE: (Id.MODE, packages.encode_mode(kept[Id.GET_MODE] or Mode(1))),
            Id.SET_MODE: (Id.MODE, command.payload),
            Id.SET_TIME: (Id.TIME, command.payload),
            Id.START_STREAMING: (Id.STREAMING_STARTED, b""),
            Id.STOP_AND_CLEAR: (Id.STOPPED_AND_CLEARED, b""),
        }
        return said(Package(*replies[command.id]))

    return answers


def asked_of(pod, **wanted):
    _, asked = hold(PROTOCOL.start(Wanted(**wanted)), pod)
    return [Id(command.id).name for command in asked]


BEGINNING = ["GET_DEVICE_INFO", "GET_STATUS"]


def test_the_pod_that_leads_is_told_the_time_and_the_others_are_waited_for():
    leading = asked_of(a_pod(), recording=7, utc_ns=10**18)
    assert leading == [*BEGINNING, "SET_TIME", "SET_MODE", "START_STREAMING"]
    following = asked_of(a_pod(), recording=7, utc_ns=10**18, leads=False)
    assert following == [*BEGINNING, "SET_MODE", "GET_STATUS", "START_STREAMING"]
    deaf = asked_of(a_pod(synchronised=False), recording=7, leads=False)
    assert deaf == [*BEGINNING, "SET_MODE", *["GET_STATUS"] * 8, "START_STREAMING"]


def test_a_pod_that_streams_for_this_recording_goes_on_and_any_other_begins_anew():
    ours = Mode(1, sync=Sync.SENDER, sync_id=7)
    streaming = a_pod(state=State.STREAMING, mode=ours)
    assert asked_of(streaming, recording=7) == [*BEGINNING, "GET_MODE"]
    assert asked_of(a_pod(state=State.STREAMING, mode=ours), recording=8) == [
        *BEGINNING,
        "GET_MODE",
        "STOP_AND_CLEAR",
        "SET_MODE",
        "START_STREAMING",
    ]


def test_a_pod_that_does_not_take_the_rate_is_said_to():
    stubborn = a_pod()

    def other(command):
        if command.id == Id.SET_MODE:
            return said(Package(Id.MODE, packages.encode_mode(Mode(4))))
        return stubborn(command)

    with pytest.raises(ValueError, match="does not take the rate"):
        hold(PROTOCOL.start(Wanted(recording=7)), other)
