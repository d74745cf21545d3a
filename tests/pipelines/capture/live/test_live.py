"""The live view beside a recording from virtual pods: right, in time, and harmless."""

import asyncio
import threading
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("bumble")

from pods.watched_live import watched as recorded

from imu.simulation import Run, Stand, Walk, realistic, simulate, someone
from pipelines.capture.live import feed
from pipelines.capture.live.analyser import Analyser
from pipelines.capture.live.feed import Live
from pipelines.capture.live.follow import Rule
from pipelines.capture.live.view import SHOWN
from pipelines.demo.live import virtual_pods
from pipelines.process.from_journal.journal import process_journal
from pipelines.store.journal.format import Pod
from pipelines.store.tables.stance_file import read_stances

RUN_FROM_S = 14.0
MOST_OFF = {
    "cadence_spm": 0.3,
    "contact_time_s": 0.002,
    "peak_tibial_resultant_mps2": 1.0,
    "pelvic_drop_deg": 0.2,
    "pelvic_rotation_over_leg_deg": 0.3,
}
"""Live against the analysis of the whole run afterwards, medians of one leg."""


@pytest.fixture(scope="module")
def simulation():
    script = (Stand(10.0), Walk(4.0), Run(45.0, speed_mps=3.0), Stand(4.0))
    return simulate(someone(32), script, seed=32, pods=realistic(32), rate_hz=200.0)


@pytest.fixture(scope="module")
def pods(simulation):
    return virtual_pods(simulation)


def compare(views, journal, store):
    """Hold the last view against the medians of the stored stances of that minute."""
    frame = read_stances(process_journal(journal, store).stances_path).frame
    view = next(view for at_s, view in reversed(views) if at_s < 58.5)
    for name, (left, right) in view.medians.items():
        for side, value in (("left", left), ("right", right)):
            afterwards = frame.loc[frame["side"] == side, name].median()
            assert value == pytest.approx(afterwards, abs=MOST_OFF[name]), (name, side)


def test_live_values_are_those_of_the_stored_session(tmp_path, pods):
    journal, views, said = recorded(tmp_path, pods)
    assert said == []
    compare(views, journal, tmp_path)


def test_numbers_come_after_some_seconds_of_running_and_not_before(tmp_path, pods):
    _, views, _ = recorded(tmp_path, pods, seconds=30.0)
    first_s = next(at_s for at_s, view in views if any(view.stances))
    assert RUN_FROM_S + 5.0 < first_s < RUN_FROM_S + 11.0
    early = [view for at_s, view in views if at_s < first_s]
    assert len(early) > 20
    assert all(np.isnan([*view.medians.values()]).all() for view in early)
    assert all(tuple(view.medians) == SHOWN for view in early)


def test_a_stance_is_seen_within_half_a_second_of_its_toe_off(tmp_path, pods, simulation):
    """In virtual time the look itself takes none: what is left is radio, waiting, looking ahead."""
    _, views, _ = recorded(tmp_path, pods, seconds=45.0)
    true_s = simulation.truth.toe_off_s
    late, seen = [], set()
    for at_s, view in views:
        nearest = int(np.argmin(np.abs(true_s - view.toe_off_s)))
        if np.isfinite(view.toe_off_s) and nearest not in seen:
            seen.add(nearest)
            late.append(at_s - true_s[nearest])
    late = late[3:]
    assert len(late) > 40
    assert np.median(late) < 0.3
    assert np.percentile(late, 99) < 0.4
    looks_per_stance = len([at_s for at_s, _ in views if at_s > RUN_FROM_S + 10]) / len(late)
    assert looks_per_stance < 1.5


def test_links_that_break_and_a_pod_that_reboots_leave_the_values_as_they_are(tmp_path, pods):
    faults = [
        (24.0, "ORP-PEL", "kill_link"),
        (32.0, "ORP-LSH", "reboot"),
        (36.0, "ORP-RSH", "kill_link"),
    ]
    journal, views, said = recorded(tmp_path, pods, faults=faults)
    assert said == []
    compare(views, journal, tmp_path)


def test_a_clock_that_wraps_leaves_the_values_as_they_are(tmp_path, pods):
    left = pods[1].samples.copy()
    left["device_us"] += 2**32 - int(left["device_us"][6000])
    turned = [pods[0], replace(pods[1], samples=left), pods[2]]
    journal, views, _ = recorded(tmp_path, turned)
    compare(views, journal, tmp_path)


def test_a_cue_is_given_while_running(tmp_path, pods):
    rules = [Rule("cadence_spm", "left", 120.0, above=True, hysteresis=1.0, least_s=3.0, bell=True)]
    _, views, _ = recorded(tmp_path, pods, seconds=40.0, rules=rules)
    (cue,) = [cue for _, view in views for cue in view.cues]
    assert cue.words.startswith("left cadence above the line you set: ")
    assert cue.bell


@pytest.mark.parametrize("error", [RuntimeError("broken\nview"), MemoryError()])
def test_whatever_fails_in_it_is_said_once_and_the_recording_goes_on(tmp_path, pods, error):
    looks = []

    def look(_):
        looks.append(1)
        if len(looks) > 10:
            raise error
        return Analyser().look({})

    journal, views, said = recorded(tmp_path / "with", pods, seconds=25.0, look=look)
    assert len(looks) == 11
    (words,) = said
    assert words.startswith(f"the live numbers ended ({type(error).__name__}")
    assert words.endswith("); the recording goes on without them")
    assert "\n" not in words
    assert views[-1][1] is None, "nothing old stays on the screen"
    without, _, _ = recorded(tmp_path / "without", pods, seconds=25.0, live=False)
    assert journal.read_bytes() == without.read_bytes()


def test_a_view_that_cannot_be_shown_ends_no_recording(tmp_path, pods, monkeypatch):
    monkeypatch.setattr(feed.Live, "_once", fail)
    journal, _, said = recorded(tmp_path, pods, seconds=22.0)
    assert said == [
        "the live numbers ended (OSError: no terminal); the recording goes on without them"
    ]
    assert process_journal(journal, tmp_path).stances > 0


async def fail(_):
    raise OSError("no terminal")


def test_a_look_that_hangs_is_given_up(tmp_path, pods, monkeypatch):
    monkeypatch.setattr(feed, "HANGS_S", 0.05)
    free = threading.Event()

    def look(_):
        free.wait(0.3)
        return Analyser().look({})

    async def main():
        said = []
        with ThreadPoolExecutor(1) as executor:
            live = Live(executor, look, lambda _: None)
            pod = Pod("pelvis", "C0:00:00:00:00:10", "ORP-PEL", "orp_v1")
            live.heard(1, pod, None)
            running = asyncio.create_task(live.run(said.append))
            await asyncio.sleep(0.2)
            free.set()
            running.cancel()
        return said

    (words,) = asyncio.run(main())
    assert words.startswith("the live numbers ended (TimeoutError")


def test_what_is_stored_is_the_same_with_and_without_it(tmp_path, pods):
    journal, views, _ = recorded(tmp_path / "with", pods, seconds=30.0)
    without, _, _ = recorded(tmp_path / "without", pods, seconds=30.0, live=False)
    assert len(views) > 50
    assert journal.read_bytes() == without.read_bytes()


def test_packets_that_wait_for_a_busy_view_are_bounded():
    live = Live(None, None, None)
    pod = Pod("pelvis", "C0:00:00:00:00:10", "ORP-PEL", "orp_v1")
    for number in range(3 * feed.MOST_PACKETS):
        live.heard(1, pod, number)
    waiting = live._told[1].packets
    assert len(waiting) <= feed.MOST_PACKETS
    assert waiting[-1] == 3 * feed.MOST_PACKETS - 1


class AtOnce(Executor):
    """An executor that has always finished already."""

    def submit(self, look, told):
        done = Future()
        done.set_result(look(told))
        return done


@pytest.mark.parametrize("steps", range(8))
def test_it_ends_when_it_is_told_to_also_just_as_a_look_is_done(steps):
    async def main():
        live = Live(AtOnce(), Analyser().look, lambda _: None)
        pod = Pod("pelvis", "C0:00:00:00:00:10", "ORP-PEL", "orp_v1")
        live.opened(1, pod, [])
        running = asyncio.create_task(live.run(lambda _: None))
        for _ in range(steps):
            await asyncio.sleep(0)
        running.cancel()
        await asyncio.wait({running}, timeout=2)
        return running.cancelled()

    assert asyncio.run(main())
