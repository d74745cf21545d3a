"""MetaWear, what a pod is told: the commands of the maker's SDK, in an order that works."""

import pytest

from firmware_protocols.metawear import PROTOCOL
from firmware_protocols.metawear.conversation import configure, measure, quiet
from firmware_protocols.metawear.processors import stamp_samples
from firmware_protocols.metawear.sensors import BMI160, BMI270
from firmware_protocols.protocol import Wanted
from firmware_protocols.requests import Ask, Write


def commands(conversation, numbers=()):
    """Return all that a pod is told in hex; each question is answered by the next number or 0."""
    told, numbers = [], iter(numbers)
    try:
        request = next(conversation)
        while True:
            if isinstance(request, (Write, Ask)):
                assert request.confirmed is False
                told.append(request.payload.hex(" "))
            made = bytes([next(numbers, 0)])
            answer = request.payload[:2] + made if isinstance(request, Ask) else b""
            request = conversation.send(answer)
    except StopIteration:
        return told


def test_processors_are_made_and_notified_as_published():
    """From test_dataprocessor.py of mbientlab/MetaWear-SDK-Cpp @f67699e."""
    assert commands(stamp_samples(BMI160), [0, 1, 2]) == [
        "09 02 13 05 ff a0 0f 05",
        "09 02 03 04 ff a0 1b 01 00 00 00 00 00 00 00 00 00 00 00 00",
        "09 02 09 03 01 60 11 31 03",
        "09 07 02 01",
        "09 03 01",
    ]


def test_the_numbers_of_processors_are_those_that_the_pod_gives():
    told = commands(stamp_samples(BMI270), [4, 9, 11])
    assert told[0].startswith("09 02 13 04 ff a0")
    assert told[1].startswith("09 02 03 04 ff a0 1b 01 04 00")
    assert told[2:4] == ["09 02 09 03 09 60 11 31 03", "09 07 0b 01"]


def test_both_chips_are_told_what_is_theirs():
    started = ["03 02 01 00", "13 02 01 00", "13 01 01", "03 01 01"]
    assert commands(measure(BMI160, packed=True)) == ["03 1c 01", "13 07 01", *started]
    assert commands(measure(BMI270, packed=True)) == ["03 05 01", "13 05 01", *started]
    assert commands(measure(BMI160, packed=False)) == started


def test_all_that_goes_on_beyond_a_link_is_ended_but_triggers_of_the_log_stay():
    told = commands(quiet(BMI160))
    assert told[:4] == ["03 01 00", "13 01 00", "03 02 00 01", "13 02 00 01"]
    assert set(told[4:]) == {"09 08", "0a 05", "03 1c 00", "03 04 00", "13 07 00", "13 05 00"}
    assert "0b 0a" not in told


def test_ranges_are_set_and_then_read_back():
    told = commands(configure(BMI270, Wanted(rate_hz=200)))
    assert told == ["03 03 a9 03", "13 03 29 00", "03 83", "13 83"]


def test_a_light_is_cleared_before_it_flashes():
    assert [one[:5] for one in commands(PROTOCOL.identify())] == ["02 02", "02 03", "02 01"]


def test_a_pod_without_a_number_for_what_it_made_is_one_sentence():
    conversation = stamp_samples(BMI160)
    request = next(conversation)
    with pytest.raises(ValueError, match="makes something without saying what"):
        conversation.send(request.payload[:2])


def test_a_pod_that_does_not_answer_is_one_sentence():
    conversation = configure(BMI160, Wanted())
    next(conversation)
    conversation.send(b"")
    conversation.send(b"")
    conversation.throw(TimeoutError())
    conversation.throw(TimeoutError())
    with pytest.raises(TimeoutError, match="does not answer 03 83; switch it off and on"):
        conversation.throw(TimeoutError())
