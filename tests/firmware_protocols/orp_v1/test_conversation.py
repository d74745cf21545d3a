import pytest

from firmware_protocols.orp_v1 import PROTOCOL, config, control
from firmware_protocols.orp_v1.control import Op, Result
from firmware_protocols.orp_v1.gatt import Channel
from firmware_protocols.protocol import Wanted
from firmware_protocols.requests import Ask, Read, Subscribe


def reply(request, result=Result.OK, data=b""):
    command = control.decode_command(request.payload)
    return control.encode_answer(control.Answer(command.op, command.request_id, result, data))


def talk(conversation, answers):
    """Answer every request; `answers` maps an op to a list of answers or exceptions, in order."""
    requests = []
    try:
        request = next(conversation)
        while True:
            requests.append(request)
            answer = b""
            if isinstance(request, Ask):
                op = control.decode_command(request.payload).op
                prepared = answers[op].pop(0) if answers.get(op) else reply
                answer = prepared(request) if callable(prepared) else prepared
            if isinstance(answer, Exception):
                request = conversation.throw(answer)
            else:
                request = conversation.send(answer)
    except StopIteration:
        return requests


def ops(requests):
    return [control.decode_command(r.payload).op for r in requests if isinstance(r, Ask)]


def test_start_reads_then_subscribes_then_configures_then_starts():
    requests = talk(PROTOCOL.start(Wanted()), {})
    assert requests[0] == Read(Channel.INFO)
    assert {r.channel for r in requests if isinstance(r, Subscribe)} == {
        Channel.CONTROL,
        Channel.BULK,
        Channel.STREAM,
        Channel.STATUS,
        Channel.TIME,
    }
    assert ops(requests) == [Op.CONFIG, Op.START]
    assert requests.index(Subscribe(Channel.CONTROL)) < requests.index(Subscribe(Channel.STREAM))


def test_config_asks_for_what_is_wanted():
    wanted = Wanted(rate_hz=400.0, acc_range_g=32, gyr_range_dps=1000, max_latency_s=0.05)
    requests = talk(PROTOCOL.start(wanted), {})
    ask = next(r for r in requests if isinstance(r, Ask))
    arguments = control.decode_command(ask.payload).arguments
    assert config.decode_config(arguments) == config.Config(0, 400.0, {1: 32, 2: 1000}, 50)


def test_a_pod_that_samples_already_is_resumed():
    refused = {Op.CONFIG: [lambda r: reply(r, Result.STATE)]}
    assert ops(talk(PROTOCOL.start(Wanted()), refused)) == [Op.CONFIG, Op.START]


def test_a_lost_answer_is_asked_for_again_under_the_same_request_id():
    requests = talk(PROTOCOL.start(Wanted()), {Op.START: [TimeoutError()]})
    assert ops(requests) == [Op.CONFIG, Op.START, Op.START]
    assert requests[-1] == requests[-2]


@pytest.mark.parametrize("late", [bytes([0x82, 1, 0]), bytes([0x83, 99, 0]), b"", b"\x00"])
def test_an_answer_to_something_else_is_not_taken_for_the_answer(late):
    requests = talk(PROTOCOL.start(Wanted()), {Op.START: [late]})
    assert ops(requests) == [Op.CONFIG, Op.START, Op.START]


def test_a_pod_that_never_answers_is_given_up():
    with pytest.raises(TimeoutError, match="does not answer CONFIG"):
        talk(PROTOCOL.start(Wanted()), {Op.CONFIG: [TimeoutError()] * 9})


@pytest.mark.parametrize(
    ("op", "result", "words"),
    [
        (Op.CONFIG, Result.PARAMETER, "does not support the rate or range"),
        (Op.START, Result.MTU, "another Bluetooth adapter"),
        (Op.START, 77, "result 77"),
    ],
)
def test_a_refusal_is_put_in_words(op, result, words):
    with pytest.raises(ValueError, match=words):
        talk(PROTOCOL.start(Wanted()), {op: [lambda r: reply(r, result)]})


def test_stop_stops():
    assert ops(talk(PROTOCOL.stop(), {})) == [Op.STOP]
    with pytest.raises(ValueError, match="busy"):
        talk(PROTOCOL.stop(), {Op.STOP: [lambda r: reply(r, Result.BUSY)]})
