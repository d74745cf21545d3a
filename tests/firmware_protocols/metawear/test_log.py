"""MetaWear, logs: halves of samples put together, never filled, on the clock that the pod told."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vendor_bytes.metawear_bytes import (
    LOGGED_8G,
    LOGGED_8G_G,
    at,
    counts_of,
    opening,
    positions,
    said,
)

from firmware_protocols.metawear.decode import AS_BEGUN, decode
from firmware_protocols.metawear.entries import (
    ALONE,
    ENTRY,
    Trigger,
    encode_entry,
    encode_trigger,
    samples_of,
    triggers_of,
)
from firmware_protocols.metawear.logbook import LOG, fetched
from firmware_protocols.metawear.messages import (
    READ,
    TICK_S,
    Logger,
    Module,
    PodTime,
    encode_time,
    message,
)
from firmware_protocols.metawear.sensors import BMI160, BMI270
from firmware_protocols.protocol import Stored

HALF_OF = "half of a sample without the other"
START = 3


def tick_of(number, rate_hz, first=1000):
    return first + int(number / rate_hz / TICK_S)


def entries(count, *, rate_hz=100.0, first=1000, late=0, seed=0, start=START):
    """The entries of `count` samples by number and half, of which second ones may be later."""
    rng = np.random.default_rng(seed)
    said = {}
    for number in range(count):
        (acc,), (gyr,) = counts_of(number, 1)
        for of, vector in ((0, acc), (2, gyr)):
            data = vector.astype("<i2").tobytes()
            tick = tick_of(number, rate_hz, first) + late * (of == 2)
            said[number, of] = encode_entry(of, start, tick, data[:4])
            later = tick + int(rng.random() < 0.2)
            said[number, of + 1] = encode_entry(of + 1, start, later, data[4:])
    return said


def notified(entries, host_s=50.0):
    """Return the packets of a readout, two entries in each."""
    kept = list(entries)
    both = [b"".join(kept[at : at + 2]) for at in range(0, len(kept), 2)]
    return said(host_s, *(message(Module.LOGGER, Logger.ENTRIES, one) for one in both))


def triggers(chip=BMI270, known=None):
    known = triggers_of(chip) if known is None else known
    answers = [encode_trigger(one) if one else b"" for one in known]
    return said(49.0, *(message(Module.LOGGER, READ | Logger.TRIGGER, one) for one in answers))


def told(*pairs, start=START):
    """Return the pod's answers about its time, (tick, host time) each."""
    header = (Module.LOGGER, READ | Logger.TIME)
    return [
        packet
        for tick, host_s in pairs
        for packet in said(host_s, message(*header, encode_time(PodTime(tick, start))))
    ]


def log_of(entries, *, rate_hz=100.0, chip=BMI270):
    return [*opening(at(rate_hz), chip=chip), *triggers(chip), *notified(entries)]


def test_published_entries_are_the_published_accelerations():
    """A page ends between two halves. The same counts once more stand in for a gyroscope's."""
    content = b"".join(bytes.fromhex(one)[2:] for one in LOGGED_8G if one.startswith("0b 07"))
    acc = np.frombuffer(content, ENTRY)
    gyr = acc.copy()
    gyr["id"] += 2
    both = np.concatenate([acc, gyr])
    both = both[np.argsort(both["tick"], kind="stable")].tobytes()
    (one,) = samples_of(both, dict(enumerate(triggers_of(BMI160))), BMI160, Counter())
    np.testing.assert_allclose(one.acc[:7] / 4096, LOGGED_8G_G, atol=6e-5)
    assert (one.start, one.tick[0]) == (5, 17126)


@pytest.mark.parametrize("rate_hz", [25.0, 50.0, 100.0, 200.0])
@pytest.mark.parametrize("late", [0, 1])
@pytest.mark.parametrize("chip", [BMI160, BMI270])
def test_a_log_is_its_samples_bit_by_bit(rate_hz, late, chip):
    kept = entries(800, rate_hz=rate_hz, late=late).values()
    decoded = decode(log_of(kept, chip=chip, rate_hz=rate_hz))
    assert (decoded.lost, dict(decoded.trouble), decoded.time_quality) == (0, {}, "device")
    np.testing.assert_array_equal(positions(decoded.samples, 800), np.arange(800))
    assert decoded.rate_hz == pytest.approx(rate_hz, rel=1e-3)
    off_s = decoded.samples["device_us"] * 1e-6 - np.arange(800) / rate_hz
    assert np.ptp(off_s) < 1.01 * TICK_S


@settings(max_examples=60)
@given(st.sets(st.tuples(st.integers(0, 59), st.integers(0, 3)), max_size=40))
def test_a_sample_of_which_anything_is_lost_is_lost_and_never_filled(lost):
    kept = [entry for place, entry in entries(60).items() if place not in lost]
    decoded = decode(log_of(kept))
    whole = sorted(set(range(60)) - {number for number, _ in lost})
    where = positions(decoded.samples, 60)
    assert where.tolist() == whole
    index = decoded.samples["index"]
    np.testing.assert_array_equal(index - index[:1], np.array(whole) - whole[:1])
    missing = {(number, of // 2) for number, of in lost}
    halves = sum((number, of ^ 1) not in lost for number, of in lost)
    alone = sum((number, 1 - of) not in missing for number, of in missing)
    assert decoded.trouble.get(HALF_OF, 0) == halves
    assert decoded.trouble.get(ALONE, 0) == alone


def test_a_page_that_was_sent_again_counts_once():
    kept = list(entries(200).values())
    decoded = decode(log_of([*kept[:500], *kept[300:]]))
    assert (len(decoded.samples), decoded.lost, dict(decoded.trouble)) == (200, 0, {})
    packets = log_of([*kept[:500], *kept[300:]])
    assert fetched(packets, Stored(LOG)) == b"".join(kept)
    assert fetched(packets, Stored("another")) == b""


@pytest.mark.parametrize("before", [1, 500, 1500])
def test_the_clock_of_a_log_may_wrap(before):
    decoded = decode(log_of(entries(300, first=2**32 - before).values()))
    assert (len(decoded.samplings), decoded.lost) == (1, 0)
    assert (np.diff(decoded.samples["device_us"]) > 0).all()


def test_a_log_is_placed_by_what_the_pod_told_of_its_time():
    first = 2**32 - 300
    pairs = [(first - 20, 10.0), ((first + 2000) % 2**32, 10 + 2020 * TICK_S), (40, 99.0)]
    packets = [
        *told(*pairs[:2]),
        *told(pairs[2], start=START + 1),
        *opening(at(100.0), tick=5000, start=START, host_s=40.0),
        *triggers(),
        *notified(entries(300, first=first).values()),
    ]
    decoded = decode(packets)
    begins_s = np.interp(decoded.samples["device_us"][0] * 1e-6, *decoded.arrival.T)
    assert begins_s == pytest.approx(10 + 20 * TICK_S, abs=1e-3)
    assert len(decoded.arrival) == 3


def test_a_pod_that_was_started_anew_has_forgotten_how_it_recorded():
    packets = [
        *opening(at(100.0, 2), start=START + 1),
        *triggers(known=[None] * 4),
        *notified(entries(300, rate_hz=50.0).values()),
    ]
    decoded = decode(packets)
    assert decoded.assumed == (AS_BEGUN,)
    assert decoded.scale == at(50.0).scale
    assert (len(decoded.samples), decoded.lost) == (300, 0)
    assert decoded.rate_hz == pytest.approx(50, rel=1e-3)
    assert decoded.arrival.shape == (0, 2)


def test_entries_of_what_is_no_sensor_are_counted():
    other = Trigger(0x12, 1, 0xFF, 0, 4)
    kept = list(entries(50).values())
    stray = [encode_entry(4, START, 1000 + k, b"\1\2\3\4") for k in range(7)]
    packets = [
        *opening(at(100.0)),
        *triggers(known=[*triggers_of(BMI270), other]),
        *notified([*kept[:100], *stray, *kept[100:]]),
    ]
    decoded = decode(packets)
    assert len(decoded.samples) == 50
    assert decoded.trouble == {"entry of another log": 7}


def test_two_starts_of_a_pod_are_two_samplings():
    kept = [*entries(100, first=9000).values(), *entries(80, start=START + 1, first=5).values()]
    decoded = decode(log_of(kept))
    assert [len(one.samples) for one in decoded.samplings] == [100, 80]
