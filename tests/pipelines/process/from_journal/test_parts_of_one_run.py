"""Several journals of one run become one session: each sample once, of two runs none mixed up."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

pytest.importorskip("bumble")
from pods.half_by_radio import half_by_radio, whole, written
from pods.recorded_pods import recorded
from pods.virtual_pods import capture2go_pods, noisy_pods

from firmware_protocols.orp_v1 import gatt as orp
from pipelines.capture.interrupted.brought_home import bring_home_as_one
from pipelines.process.from_journal.decode_journal import received
from pipelines.process.from_journal.log_and_live import NOT_ONE_RUN
from pipelines.store.journal.reader import read_journal

# A page that was reloaded ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reloaded(tmp_path_factory):
    """A run of which the first half is in a file that was never closed, the second in another.

    Each pod says anew who it is, and the clock of the second page is another.
    """
    folder = tmp_path_factory.mktemp("reloaded")
    pods = noisy_pods(60, 4)
    whole_run = read_journal(recorded(folder, pods, {}, seconds=24)[0])
    began, halves = whole_run.header.started_ns, ({}, {})
    other_ns = 7_000_000_000_000
    for number, said in whole_run.packets.items():
        opening = [one for one in said if one.channel == orp.Channel.INFO][:1]
        cut_ns = began + 12_000_000_000
        halves[0][number] = [one for one in said if one.host_ns < cut_ns]
        rest = [one for one in said if one.host_ns >= cut_ns]
        asked = [replace(one, host_ns=cut_ns + k) for k, one in enumerate(opening)]
        halves[1][number] = [replace(p, host_ns=p.host_ns + other_ns) for p in asked + rest]
    first = whole_run.header
    second = replace(
        first,
        session=f"{first.session[:10]}-b2c3",
        started_utc=(datetime.fromisoformat(first.started_utc) + timedelta(seconds=12)).isoformat(),
        started_ns=began + 12_000_000_000 + other_ns,
        pods={4 - n: replace(pod, address=f"new {n}") for n, pod in first.pods.items()},
    )
    renumbered = {4 - number: said for number, said in halves[1].items()}
    return pods, (
        written(folder / "a.journal", first, halves[0], close=False),
        written(folder / "b.journal", second, renumbered),
    )


def test_journals_of_a_reloaded_page_are_one_session(tmp_path, reloaded):
    pods, paths = reloaded
    home = bring_home_as_one(paths[::-1], tmp_path)
    raw = whole(home, pods)
    assert len(raw.pods) == 3
    assert min(len(pod.samples) for pod in raw.pods.values()) > 15 * 200
    assert [len(pod.epochs) for pod in raw.pods.values()] == [1, 1, 1]
    before = home.read_bytes()
    assert bring_home_as_one(paths, tmp_path) == home
    assert home.read_bytes() == before


def test_a_file_that_was_saved_twice_counts_once(tmp_path, reloaded):
    _, (first, second) = reloaded
    earlier = tmp_path / "earlier.journal"
    earlier.write_bytes(first.read_bytes()[:-5000])
    both = bring_home_as_one([earlier, first, second], tmp_path / "one")
    again = bring_home_as_one([first, second], tmp_path / "two")
    assert both.read_bytes() == again.read_bytes()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"athlete": "bo"}, "is a run of ana and .* one of bo; import them one at a time"),
        ({"started_utc": "2026-11-24T07:00:00+00:00"}, "48 h before .* not of one run"),
    ],
)
def test_what_is_of_another_runner_or_day_is_not_joined(tmp_path, reloaded, change, words):
    _, (first, second) = reloaded
    journal = read_journal(second)
    other = written(tmp_path / "o.journal", replace(journal.header, **change), journal.packets)
    with pytest.raises(ValueError, match=words):
        bring_home_as_one([first, other], tmp_path / "store")
    assert not (tmp_path / "store").exists()


# A log beside what came by radio -----------------------------------------------------------------


def test_a_run_that_came_half_by_radio_is_whole_with_its_log(tmp_path):
    pods = capture2go_pods(120)
    paths = half_by_radio(tmp_path, pods, pods)
    raw = whole(bring_home_as_one(paths, tmp_path / "store"), pods)
    alone = [received(read_journal(path)) for path in paths]
    for place, pod in raw.pods.items():
        parts = [len(one.pods[place].samples) for one in alone]
        assert max(parts) + 1000 < len(pod.samples) < sum(parts)
        assert len(pod.epochs) == 1


def test_a_log_of_another_run_is_not_mixed_in(tmp_path):
    paths = half_by_radio(tmp_path, capture2go_pods(120), capture2go_pods(120, seed=9))
    raw = received(read_journal(bring_home_as_one(paths, tmp_path / "store")))
    notes = [note for pod in raw.pods.values() for note in pod.notes]
    assert sum(NOT_ONE_RUN in note or "overlap" in note for note in notes) >= 3
