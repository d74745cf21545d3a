"""What --virtual records and checks: plausible, and disturbed only by keys."""

import asyncio
from datetime import UTC, datetime

import pytest

pytest.importorskip("bumble")

from imu.simulation import Run, Stand, Walk
from pipelines.capture.before_run.check_run import guided
from pipelines.capture.recorder import record
from pipelines.demo.virtual_runner import CHECK, KEYS, around, simulated
from pipelines.process.from_journal.journal import process_journal
from pipelines.radio.virtual.time import loop_clock_ns, run_virtual
from pipelines.store.journal.reader import read_journal

SHORT = (Stand(10.0), Walk(5.0), Run(25.0, speed_mps=3.0), Stand(5.0))


@pytest.fixture(scope="module")
def short():
    return simulated(SHORT)


def recorded(store, simulation, *, seconds=38.0, keys=()):
    """Record, and press `keys`, (at_s, key) each; return the journal and what was said."""
    said = []

    async def main():
        loop, stop = asyncio.get_running_loop(), asyncio.Event()
        async with around(simulation)(said.append) as here:
            for at_s, key in keys:
                loop.call_later(at_s, here.actions[key])
            loop.call_later(seconds, stop.set)
            return await record(
                here.radio,
                here.rig,
                store,
                athlete="ana",
                session="2026-11-22-a1b2",
                stop=stop,
                on_health=lambda _: None,
                clock_ns=loop_clock_ns,
                utc_now=lambda: datetime(2026, 11, 22, 7, tzinfo=UTC),
            )

    return run_virtual(main()), said


def test_her_run_is_recorded_and_processed_like_any(tmp_path, short):
    journal, said = recorded(tmp_path, short)
    done = process_journal(journal, tmp_path)
    assert said == [KEYS]
    assert (done.grade, done.reasons) == ("A", ())
    assert done.stances > 40


def test_keys_cut_links_and_reboot_pods_one_after_the_other(tmp_path, short):
    keys = [(20.0, "k"), (23.0, "k"), (26.0, "r")]
    journal, said = recorded(tmp_path, short, keys=keys)
    assert said[1:] == [
        "the link of ORP-PEL is cut",
        "the link of ORP-LSH is cut",
        "ORP-PEL is switched off and on",
    ]
    done = process_journal(journal, tmp_path)
    assert done.lost["shank_left"] == 0, "what the cut link cost was fetched"
    assert done.lost["pelvis"] > 0, "what a pod held that was switched off is gone"
    assert any("pelvis: it restarted after " in reason for reason in done.reasons)


def test_she_says_when_she_is_home(tmp_path, short):
    _, said = recorded(tmp_path, short, seconds=50.0)
    assert said == [KEYS, "The virtual runner is home; Ctrl-C ends the recording."]


def test_no_pod_is_of_the_same_start_in_another_process(tmp_path, short):
    boots = {
        read_journal(recorded(tmp_path / str(k), short, seconds=5.0)[0]).packets[1][0].payload
        for k in range(2)
    }
    assert len(boots) == 2


def test_she_goes_through_the_check_as_its_guide_asks():
    said = []

    async def main():
        async with around(simulated(CHECK))(said.append) as here:
            return await guided(here.radio, here.rig, said.append, clock_ns=loop_clock_ns)

    pods = run_virtual(main())
    assert len(said) == 7
    assert [pod.faults for pod in pods] == [()] * 3
    assert [pod.worn.no_bow for pod in pods] == [""] * 3
