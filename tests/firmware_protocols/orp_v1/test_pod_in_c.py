"""A pod in C records, answers and keeps what the specification of ORP says."""

import numpy as np
import pytest
from compiled_orp.bench import CONTROL, INFO, STATUS, STREAM, TIME, Bench
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocols.orp_v1 import config, control, frames, info
from firmware_protocols.orp_v1.control import Answer, Command, Op, Result


def indices(sent):
    return [frame.index + k for frame in sent for k in range(len(frame.counts))]


def test_info_is_what_the_codec_writes(library):
    bench = Bench(library)
    expected = info.Info(
        serial="A1B2-0042",
        role=2,
        streams=(info.Stream(),),
        rates_hz={0: (208.0,)},
        ranges={1: (16,), 2: (2000,)},
        ring_samples=1000,
        clock_ppm=20,
        features=info.Feature.RAM_BACKFILL,
        boot_id=0xDEADBEEF,
    )
    assert bench.pod.read(INFO) == info.encode_info(expected)


def test_the_stream_begins_with_the_first_sample_after_start(library):
    bench = Bench(library)
    answer = bench.start()
    assert control.decode_started(answer.data) == control.Started(0, 5_000_000)
    bench.measure(100)
    assert indices(bench.frames) == list(range(len(indices(bench.frames))))
    assert bench.frames[0].flags == frames.Flag.FIRST
    assert bench.frames[0].t0_us == 5_000_000
    rest = bench.ask(Op.STOP)
    assert rest == Answer(Op.STOP, bench.number, Result.OK)
    assert indices(bench.frames) == list(range(101))
    assert [frame.sequence for frame in bench.frames] == list(range(len(bench.frames)))
    kinds = [channel for channel, _ in bench.said]
    assert kinds.index(STREAM) < kinds.index(CONTROL)


def test_a_command_given_again_is_answered_again_and_not_obeyed_again(library):
    bench = Bench(library)
    assert bench.ask(Op.IDENTIFY) == bench.ask(Op.IDENTIFY, again=True)
    assert bench.pod.blinked == 1
    bench.ask(Op.IDENTIFY)
    assert bench.pod.blinked == 2


def test_a_sampling_pod_says_its_configuration_and_keeps_it(library):
    bench = Bench(library)
    asked = config.encode_config(config.Config(0, 200.0, {1: 16, 2: 2000}, 100))
    first = config.decode_effective(bench.ask(Op.CONFIG, asked).data)
    assert (first.config_id, first.rate_hz, first.max_latency_ms) == (1, 208.0, 100)
    bench.start()
    again = bench.ask(Op.CONFIG, config.encode_config(config.Config(0, 100.0, {1: 8}, 50)))
    assert again.result == Result.STATE
    assert config.decode_effective(again.data) == first
    assert len(bench.pod.asked) == 2  # at power-up, and once


@pytest.mark.parametrize(
    ("op", "arguments", "result"),
    [
        (0x0E, b"", Result.UNKNOWN_OP),
        (Op.CONFIG, b"\x11\x04\x00", Result.PARAMETER),
        (Op.BACKFILL, b"\0" * 8, Result.STATE),
        (Op.BACKFILL, b"\0" * 7, Result.PARAMETER),
        (Op.BUFFER, b"", Result.STATE),
    ],
)
def test_what_cannot_be_done_is_refused(library, op, arguments, result):
    bench = Bench(library)
    assert bench.ask(op, arguments) == Answer(op, bench.number, result)


def test_a_link_with_no_room_for_a_sample_does_not_start(library):
    assert Bench(library, mtu=30).ask(Op.START).result == Result.MTU


def test_samples_go_on_into_the_ring_and_are_fetched_from_it(library):
    bench = Bench(library, ring_samples=500)
    bench.start()
    bench.measure(50)
    live = len(indices(bench.frames))
    bench.pod.disconnected()
    bench.measure(400)
    bench.pod.connected(247)
    started = control.decode_started(bench.ask(Op.START).data)
    assert started == control.Started(451, 5_000_000)
    assert bench.ask(Op.BACKFILL, control.encode_pair(451, 10)).result == Result.RANGE
    answer = bench.ask(Op.BACKFILL, control.encode_pair(live, 500))
    assert control.decode_pair(answer.data) == (live, 451 - live), "those that have been framed"
    bench.measure(100)
    assert indices(bench.bulk) == list(range(live, 451))
    assert bench.bulk[-1].kind == frames.Kind.END
    assert (bench.bulk[-1].index, bench.bulk[-1].sequence) == (451, len(bench.bulk) - 1)
    assert all(frame.flags == frames.Flag.BACKFILL for frame in bench.bulk)
    assert {tuple(frame.counts[0, :2]) for frame in bench.bulk[:-1]} == {
        (frame.index % 30_000, frame.index // 30_000) for frame in bench.bulk[:-1]
    }
    bench.measure(400)
    pair = control.decode_pair(bench.ask(Op.BUFFER).data)
    assert pair[0] == bench.index - 500
    bench.bulk.clear()
    answer = bench.ask(Op.BACKFILL, control.encode_pair(0, 100))
    begin, count = control.decode_pair(answer.data)
    assert (begin, count) == (live, 100), "what the ring let go of is still in the copies"
    bench.measure(100)
    again = sorted(set(indices(bench.bulk)))
    assert again == list(range(live, live + len(again)))
    assert len(again) >= 100


def test_of_a_full_ring_the_oldest_is_served_as_it_is_when_asked(library):
    bench = Bench(library, ring_samples=500)
    bench.start()
    bench.measure(900)
    oldest = bench.index - 500
    begin, count = control.decode_pair(bench.ask(Op.BACKFILL, control.encode_pair(0, 400)).data)
    assert begin - oldest in range(2)
    assert count == 400
    bench.measure(100)
    assert indices(bench.bulk) == list(range(begin, begin + 400))


def test_a_radio_that_takes_nothing_costs_live_frames_and_no_samples(library):
    bench = Bench(library, room=2)
    bench.start()
    bench.measure(60)
    held = len(indices(bench.frames))
    for _ in range(400):  # nothing is taken out meanwhile
        bench.pod.sample(bench.us, [bench.index, 0, 0, 0, 0, 0])
        bench.index, bench.us = bench.index + 1, bench.us + 5000
        bench.pod.work()
    bench.work()
    bench.measure(60)
    got = indices(bench.frames)
    assert got == sorted(set(got))
    jump = int(np.argmax(np.diff(got)))
    assert got[jump] >= held - 1
    first = got[jump] + 1
    count = got[jump + 1] - first
    assert count > 200
    assert bench.ask(Op.BACKFILL, control.encode_pair(first, count)).result == Result.OK
    bench.measure(200)
    assert indices(bench.bulk) == list(range(first, first + count))


def test_samples_that_the_sensor_lost_leave_a_hole_with_its_flag(library):
    bench = Bench(library)
    bench.start()
    bench.measure(30)
    bench.pod.lost(7)
    bench.index += 7
    bench.measure(60)
    bench.ask(Op.STOP)
    got = indices(bench.frames)
    assert got == [*range(31), *range(38, 98)]
    flagged = [frame.index for frame in bench.frames if frame.flags & frames.Flag.OVERRUN]
    assert flagged == [38]


def test_holes_that_are_too_many_to_remember_cost_the_samples_before_them(library):
    bench = Bench(library)
    bench.start()
    for _ in range(12):
        bench.measure(10)
        bench.pod.lost(1)
        bench.index += 1
    oldest, newest = control.decode_pair(bench.ask(Op.BUFFER).data)
    assert oldest == 1 + 4 * 11
    bench.ask(Op.BACKFILL, control.encode_pair(oldest, newest - oldest))
    bench.measure(100)
    lost = {1 + 11 * k + 10 for k in range(12)}
    assert indices(bench.bulk) == [k for k in range(oldest, newest) if k not in lost]


def test_what_was_before_a_stop_is_forgotten(library):
    bench = Bench(library)
    bench.start()
    bench.measure(20)
    bench.pod.lost(3)
    bench.measure(20)
    bench.ask(Op.STOP)
    bench.measure(20)  # of no sampling
    bench.frames.clear()
    assert control.decode_started(bench.start().data).next_index == 0
    bench.measure(99)
    bench.ask(Op.STOP)
    assert indices(bench.frames) == list(range(100))
    assert bench.frames[0].flags == frames.Flag.FIRST


def test_a_stop_that_waits_for_the_radio_takes_no_more_samples(library):
    bench = Bench(library, room=1)
    bench.start()
    bench.measure(30)
    bench.pod.write(CONTROL, control.encode_command(Command(Op.STOP, 77)))
    for _ in range(50):
        bench.pod.sample(bench.us, [0] * 6)
        bench.us += 5000
        bench.pod.work()
    answers = [bench.answered() for _ in range(10)]
    assert [answer for answer in answers if answer] == [Answer(Op.STOP, 77, Result.OK)]
    assert indices(bench.frames) == list(range(31))


def test_a_back_fill_counts_its_own_frames_and_leaves_the_radio_to_live_ones(library):
    bench = Bench(library)
    bench.start()
    bench.measure(600)
    for _ in range(2):
        bench.bulk.clear()
        bench.ask(Op.BACKFILL, control.encode_pair(0, 400))
        most = 0
        while not bench.bulk or bench.bulk[-1].kind != frames.Kind.END:
            before = len(bench.bulk)
            bench.measure(1)
            most = max(most, len(bench.bulk) - before)
        assert [frame.sequence for frame in bench.bulk] == list(range(len(bench.bulk)))
        assert indices(bench.bulk) == list(range(400))
        assert most <= 4
    # 22 frames in fours: five pauses of 30 ms
    begun_us = bench.us
    bench.bulk.clear()
    bench.ask(Op.BACKFILL, control.encode_pair(0, 400))
    while not bench.bulk or bench.bulk[-1].kind != frames.Kind.END:
        bench.measure(1)
    assert bench.us - begun_us >= 5 * 30_000


def test_a_ping_is_answered_with_the_pods_clock(library):
    bench = Bench(library)
    bench.pod.write(TIME, control.encode_ping(5))
    assert bench.pod.take() == [(TIME, control.encode_pong(control.Pong(5, bench.us, bench.us)))]


def test_status_comes_once_a_second(library):
    bench = Bench(library)
    bench.start()
    said = []
    for _ in range(1000):
        bench.measure(1)
        said += [control.decode_status(p) for channel, p in bench.said if channel == STATUS]
    assert len(said) in {4, 5, 6}
    assert said[-1].flags == control.StatusFlag.SAMPLING
    assert said[-1].battery_pct == 90


@given(written=st.lists(st.tuples(st.sampled_from([CONTROL, TIME]), st.binary(max_size=40))))
def test_any_bytes_leave_a_pod_that_answers(library, written):
    bench = Bench(library)
    for channel, payload in written:
        bench.pod.write(channel, payload)
        bench.measure(3)
    bench.pod.disconnected()
    bench.pod.connected(247)
    assert bench.ask(Op.IDENTIFY).result == Result.OK
    bench.pod.close()
