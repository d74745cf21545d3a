"""An hour on a bad radio, the host killed in its middle: what a ring still held is in the session.

`pytest -m radio` runs the hour and prints its figures; by default there are some minutes.
"""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("bumble")
from pods.long_run import SESSION, Seen, bad_pods, positions, recorded

from firmware_protocols.orp_v1.gatt import Channel
from pipelines.process.from_journal.decode_journal import received
from pipelines.store.files import session_files
from pipelines.store.journal.format import journal_path
from pipelines.store.journal.reader import read_journal
from pipelines.store.tables.raw_file import read_raw, read_raw_header, write_raw
from pipelines.store.upkeep.verify import verify

pytestmark = [
    pytest.mark.radio,
    pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is of Unix"),
]
ROOT = Path(__file__).resolve().parents[3]
DOWN_S = 30.0
RING_S = 60.0
RATE_HZ = 200.0
BACK_S = 3.0
SURE_BACK_S = 6.0
LAST_S = 0.25
FIRST_MINUTE_MS = 3.0
HOUR_MS = 1.0

RECORDER = """
import os, sys, time
from pathlib import Path
sys.path[:0] = ["tests/helpers", "tests/faults/radio"]
from pods.long_run import bad_pods, recorded
from test_long_run import faults_of
from pipelines.radio.virtual.time import loop_clock_ns
store, seconds, seed = Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
kills = int(sys.argv[4])
def tell(_):
    if loop_clock_ns() > 0.4e9 * seconds:  # here it is killed, at the same virtual moment always
        os.write(1, b"x")
        time.sleep(600)
pods = bad_pods(seconds + 30, seed)
recorded(store, pods, seconds=seconds, faults=faults_of(seconds, seed, kills), on_health=tell)
"""


def faults_of(seconds, seed, kills):
    """Lose links at random, some for longer than a ring holds, and reboot a pod."""
    rng, names = np.random.default_rng(seed), ("ORP-PEL", "ORP-LSH", "ORP-RSH")
    times = np.linspace(0.08, 0.88, kills) * seconds + rng.uniform(-2, 2, kills)
    faults = []
    for k, at_s in enumerate(times.tolist()):
        name = names[int(rng.integers(3))]
        long = k % 6 in (1, 2)
        away_s = float(rng.uniform(RING_S, 1.4 * RING_S) if long else rng.uniform(1, 40))
        faults.append((at_s, name, "leave" if k % 3 else "kill", away_s))
    return [*faults, (0.7 * seconds, "ORP-LSH", "reboot", 2.0)]


def killed(store, seconds, seed, kills):
    """Record in a process of its own for 0.4 of the run, and kill it; return its journal."""
    words = [str(store), str(seconds), str(seed), str(kills)]
    command = [sys.executable, "-c", RECORDER, *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as child:
        assert child.stdout.read(1) == b"x"
        child.kill()
    return read_journal(journal_path(store, "ana", SESSION))


def began_at(journal, pods):
    """Return at which of its samples each pod was started, by name."""
    raw = received(journal).pods
    return {
        pod.name: int(positions(pod, said.samples[:1])[0] - said.samples["index"][0])
        for pod in pods
        if (said := raw[pod.placement])
    }


@pytest.mark.parametrize(
    ("seconds", "kills", "seed"),
    [
        pytest.param(300.0, 4, 1, id="minutes"),
        pytest.param(3600.0, 12, 2, id="hour", marks=[pytest.mark.long, pytest.mark.slow]),
    ],
)
def test_every_sample_that_a_ring_still_held_is_in_the_session(
    tmp_path, seconds, kills, seed, capsys
):
    pods, seen, rss = bad_pods(seconds + 30, seed), Seen(), []
    before = killed(tmp_path, seconds, seed, kills)
    assert not before.closed
    last_s = max(said[-1].host_ns for said in before.packets.values()) * 1e-9
    path = recorded(
        tmp_path,
        pods,
        from_s=last_s + DOWN_S,
        seconds=seconds,
        faults=faults_of(seconds, seed, kills),
        seed=seed,
        seen=seen,
        sampling_since=began_at(before, pods),
        on_health=lambda _: rss.append(resident_mb()),
        go_on=True,
    )
    journal = read_journal(path)
    assert journal.closed
    assert sum(event["kind"] == "resumed" for event in journal.events) == 1
    figures = checked(tmp_path, journal, pods, seen, seconds)
    back_s = reconnects(journal, pods, seen)
    assert np.median(back_s) < BACK_S
    assert max(back_s) < SURE_BACK_S
    settled = rss[len(rss) // 4 :]
    assert max(settled) - settled[0] < 40, "memory does not grow with the run"
    with capsys.disabled():
        print(
            f"\n{seconds:.0f} s: {figures}; journal {path.stat().st_size / 1e6:.1f} MB; "
            f"resident {settled[0]:.0f} to {max(settled):.0f} MB; samples again "
            f"{np.median(back_s):.1f} s after a link could be made, at most {max(back_s):.1f} s"
        )


def resident_mb():
    if not sys.platform.startswith("linux"):
        return 0.0
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


def checked(store, journal, pods, seen, seconds):
    """Compare the session with what the pods took; return its figures in words."""
    session = received(journal)
    files = session_files(store, "ana", SESSION)
    write_raw(files, session)
    about = read_raw_header(files.raw)["pods"]
    assert not [problem for file in verify(files.raw) for problem in file.problems]
    samples = lost = spared = 0
    for pod in pods:
        raw, known = read_raw(files.raw).pods[pod.placement], about[pod.placement]
        at = positions(pod, raw.samples)
        assert (np.diff(at) > 0).all(), "in order and none twice"
        assert_exact_ledger(at, raw, known)
        spared += held_and_lost(pod, at, raw, seen, until_s=seconds)
        samples, lost = samples + len(at), lost + int(at[-1] - at[0] + 1 - len(at))
    assert spared == 0, "what a ring held when it was first asked is in the session"
    first_ms, all_ms = clocks_apart_ms(pods, files)
    assert first_ms < FIRST_MINUTE_MS
    assert seconds < 3600 or all_ms < HOUR_MS
    late = sum(event.get("fetched", 0) for event in journal.events)
    return (
        f"{samples} samples in the session, {lost} lost for good, {late} fetched afterwards, "
        f"{spared} let go at the edge of a ring; clocks apart at most {first_ms:.2f} ms in the "
        f"first minute, {all_ms:.2f} ms in all"
    )


def clocks_apart_ms(pods, files):
    """Return how far any two pods' clocks are apart at most: in the first minute, and ever, ms."""
    raw, errors = read_raw(files.raw).pods, []
    at_s = np.arange(1.0, max(one.time_s[-1] for one in raw.values()))
    for pod in pods:
        one = raw[pod.placement]
        true_s = pod.true_time_s[positions(pod, one.samples)]
        near = np.minimum(np.searchsorted(true_s, at_s), len(true_s) - 1)
        here = np.abs(true_s[near] - at_s) < 0.1
        errors.append(np.where(here, one.time_s[near] - true_s[near], np.nan))
    every = ~np.isnan(errors).any(axis=0)
    apart_ms = 1e3 * np.ptp(np.array(errors)[:, every], axis=0)
    return apart_ms[at_s[every] < 60].max(), apart_ms.max()


def assert_exact_ledger(at, raw, known):
    """Each gap of the ledger is one of the truth, with its bounds; within a sampling, to one."""
    gap = np.flatnonzero(np.diff(raw.samples["index"]) > 1)
    np.testing.assert_array_equal(gap, np.flatnonzero(np.diff(at) > 1))
    for name, side in (("start_s", 0), ("stop_s", 1)):
        np.testing.assert_allclose(known["gaps"][name], raw.time_s[gap + side], atol=1e-6)
    begins = np.cumsum([epoch["samples_count"] for epoch in raw.epochs])[:-1] - 1
    within = ~np.isin(gap, begins)
    lost = np.array(known["gaps"]["lost_count"])
    np.testing.assert_array_equal(lost[within], np.diff(at)[gap[within]] - 1)
    assert known["lost_count"] == lost.sum()


def held_and_lost(pod, at, raw, seen, until_s):
    """Count the lost samples that the ring held when it was first asked for them, or after.

    Those of a reboot were held by nobody, and those of the last frames, sent while the pod was
    being stopped, cannot be asked for any more.
    """
    begins = np.cumsum([epoch["samples_count"] for epoch in raw.epochs])[:-1] - 1
    asked = [(true_s, held) for name, true_s, held in seen.asked if name == pod.name]
    spared = 0
    for gap in np.setdiff1d(np.flatnonzero(np.diff(at) > 1), begins):
        if pod.true_time_s[at[gap + 1]] > until_s - LAST_S:
            continue
        held = next(held for true_s, held in asked if true_s > pod.true_time_s[at[gap + 1]])
        count = max(0, int(at[gap + 1]) - max(int(at[gap]) + 1, held))
        spared += count
    return spared


def reconnects(journal, pods, seen):
    """Return how long it took from when a link could be made to the next live samples, in s."""
    took_s = []
    names = [pod.name for pod in pods]
    for name, back_s in seen.back_s:
        said = journal.packets[names.index(name) + 1]
        live = [p.host_ns * 1e-9 for p in said if p.channel == Channel.STREAM]
        after = next((at_s for at_s in live if at_s > back_s), None)
        if after is not None:
            took_s.append(after - back_s)
    return took_s
