"""One flipped bit anywhere in a store: a file is refused by its name, or every number is as it was.

Every kind of byte gets its share: pages and their headers, the page index, statistics, names of
columns, texts, digests and lengths in the footer; records of a journal.
"""

import random
import shutil
import warnings
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from runs.kinds_of_bytes import parts

from imu.simulation import Run, Runner, Stand, realistic, simulate
from pipelines import store
from pipelines.demo.live import record_day
from pipelines.demo.past import true_pods
from pipelines.demo.scenario import Day
from pipelines.process.from_journal.journal import process_journal
from pipelines.process.session import process_raw
from pipelines.report.data import collect
from pipelines.store.files import session_files
from pipelines.store.journal.format import journal_path
from pipelines.store.journal.reader import read_journal
from pipelines.store.many_sessions.sessions import keep_fresh
from pipelines.store.tables.raw_file import RawSession, read_raw, write_raw
from pipelines.store.upkeep.verify import verify

TODAY = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
SESSION = "2026-11-22-a1b2"
FILES = ("raw", "stances", "curves", "bouts", "sessions", "dictionary")
OF_SESSIONS = FILES[:4]
FLIPS = 4
QUERIES = (
    "select * from stances order by athlete, session, initial_contact_s",
    # Statistics let DuckDB skip row groups of a file, or answer without reading any of it.
    "select athlete, session, count(*) n, min(initial_contact_s) lo, max(toe_off_s) hi "
    "from stances group by all order by all",
    "select athlete, session, count(*) n from stances where initial_contact_s > 20 "
    "and bout >= 0 and side = 'left' group by all order by all",
    "select * from sessions order by athlete, session",
)


def a_day(seed, began, word):
    script = (Stand(12.0), Run(16.0, speed_mps=3.0), Stand(2.0))
    simulation = simulate(Runner(), script, seed=seed, pods=realistic(seed), rate_hz=200.0)
    return Day(began, word, simulation)


def keep(day, root, athlete, session):
    files = session_files(root, athlete, session)
    source = {"kind": "simulation", "name": "x", "sha256": "00"}
    write_raw(files, RawSession(day.started.isoformat(), true_pods(day.simulation), source))
    process_raw(files.raw)
    return files


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Three runs of ana, the last one recorded from virtual pods, and one of ben."""
    root = tmp_path_factory.mktemp("kept") / "store"
    for number, (athlete, back) in enumerate((("ana", 7), ("ana", 4), ("ben", 2))):
        began = TODAY - timedelta(days=back)
        day = a_day(number, began, f"r{number}")
        keep(day, root, athlete, f"{began:%Y-%m-%d}-r{number}")
    day = a_day(5, TODAY, "a1b2")
    process_journal(record_day(day, root, athlete="ana", session=SESSION), root)
    keep_fresh(root, ("ana", "ben"))
    return root


def sessions_of(root):
    return [
        (folder.name.removeprefix("athlete="), path.name.removesuffix(".stances.parquet"))
        for folder in sorted(root.glob("stances/athlete=*"))
        for path in sorted(folder.glob("*.stances.parquet"))
    ]


def doors(root):
    """Return everything that hands out numbers, by name."""
    opened = store.open(root)
    found = {
        "stances": opened.stances,
        "curves": opened.curves,
        "bouts": opened.bouts,
        "ana's sessions": lambda: opened.sessions("ana"),
        "ben's sessions": lambda: opened.sessions("ben"),
        "report": lambda: collect(root, "ana", SESSION),
        **{f"sql {k}": lambda q=q: opened.sql(q) for k, q in enumerate(QUERIES)},
    }
    for athlete, session in sessions_of(root):
        files = session_files(root, athlete, session)
        found[f"reader {session}"] = lambda a=athlete, s=session: opened.read_session(a, s)
        found[f"raw {session}"] = lambda f=files: read_raw(f.raw)
    return found


def asked(root):
    """Return what every door says: its answer, or the sentence by which it refuses."""
    answers = {}
    for name, door in doors(root).items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            try:
                answers[name] = door()
            except (OSError, ValueError) as error:
                answers[name] = str(error)
    return answers


def same(one, other):
    """Say whether two answers are equal to the bit."""
    if isinstance(one, pd.DataFrame):
        return isinstance(other, pd.DataFrame) and _same_frame(one, other)
    if isinstance(one, np.ndarray):
        return isinstance(other, np.ndarray) and one.tobytes() == other.tobytes()
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if hasattr(one, "__dict__") and not isinstance(one, type):
        return type(one) is type(other) and same(vars(one), vars(other))
    return repr(one) == repr(other)


def _same_frame(one, other):
    try:
        pd.testing.assert_frame_equal(one, other, check_exact=True)
    except AssertionError:
        return False
    return True


def is_honest(clean, answer, path, session):
    """Say whether an answer is right, or names the file and is right in all that it holds."""
    if isinstance(answer, str):
        return str(path) in answer
    if same(clean, answer):
        return True
    if isinstance(answer, pd.DataFrame):
        return _is_honest_table(clean, answer, path, session)
    named = any(session in note and str(path) in note for note in getattr(answer, "notes", ()))
    if not named:
        return False
    past = tuple(run for run in clean.past if run.session != session)
    without = replace(clean, past=past, notes=answer.notes, caution=answer.caution)
    return same(without, answer)


def _is_honest_table(clean, answer, path, session):
    reported = [*answer.attrs.get("left_out", ())]
    if "reasons" in answer:
        reported += answer["reasons"].tolist()
    others = [
        frame[frame["session"] != session].reset_index(drop=True) for frame in (clean, answer)
    ]
    lost = answer[answer["session"] == session]
    nothing_wrong = lost.select_dtypes("number").isna().all(axis=None)
    return any(str(path) in words for words in reported) and nothing_wrong and _alike(*others)


def _alike(clean, answer):
    """Compare the other rows; a column may be gone only if none of them has a value in it."""
    gone = [name for name in clean if name not in answer]
    kept = [name for name in clean if name in answer]
    nothing_gone = clean[gone].isna().all(axis=None)
    return nothing_gone and kept == list(answer) and _same_frame(clean[kept], answer)


def flips(root, seed):
    """Yield (path, session, place, bit): `FLIPS` of them, of one kind of byte after the other."""
    rng = random.Random(seed)
    for number in range(FLIPS * seed, FLIPS * (seed + 1)):
        part, kind = divmod(number, len(FILES))
        path = rng.choice(sorted(root.rglob(f"*{FILES[kind]}.parquet")))
        of_session = FILES[kind] in OF_SESSIONS
        session = path.name.removesuffix(f".{FILES[kind]}.parquet") if of_session else ""
        places = [*parts(path).values()]
        yield path, session, rng.choice(places[part % len(places)]), rng.randrange(8)


def flipped(path, place, bit):
    """Flip one bit of a file in its place."""
    with path.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ 1 << bit]))


@pytest.fixture(scope="module")
def clean(kept):
    return asked(kept)


@pytest.mark.campaign(short=2, long=76)
def test_no_flipped_bit_changes_a_number_that_anything_hands_out(seed, kept, clean, tmp_path):
    assert not any(isinstance(answer, str) for answer in clean.values())
    for path, session, place, bit in flips(kept, seed):
        root = tmp_path / "store"
        shutil.copytree(kept, root)
        hit = root / path.relative_to(kept)
        flipped(hit, place, bit)
        where = f"bit {bit} of byte {place} of {path.name}"
        reported = {one.path: one for one in verify(root)}
        assert reported[hit].problems or (not session and reported[hit].notes), where
        assert not any(one.problems for one in reported.values() if one.path != hit), where
        for name, answer in asked(root).items():
            as_kept = _moved(clean[name], kept, root)
            assert is_honest(as_kept, answer, hit, session), f"{name}: {where}"
        shutil.rmtree(root)


def _moved(answer, kept, root):
    return answer.replace(str(kept), str(root)) if isinstance(answer, str) else answer


@pytest.mark.campaign(short=2, long=76)
def test_a_flipped_bit_in_a_journal_costs_a_record_and_is_named(seed, kept, tmp_path):
    intact = read_journal(journal_path(kept, "ana", SESSION))
    rng = random.Random(seed)
    for _ in range(8):
        root = tmp_path / "store"
        shutil.copytree(kept / "journal", root / "journal")
        path = journal_path(root, "ana", SESSION)
        flipped(path, rng.randrange(path.stat().st_size), rng.randrange(8))
        read = read_journal(path)
        assert read.damaged_bytes > 0
        assert _lost(intact.packets, read.packets) <= 1
        (reported,) = verify(root)
        assert reported.problems or "bytes unreadable" in reported.notes[0]
        shutil.rmtree(root)


def _lost(intact, read):
    """Return how many packets are missing; all others must be as they were."""
    missing = 0
    for number, packets in intact.items():
        left = iter(packets)
        assert all(packet in left for packet in read[number])
        missing += len(packets) - len(read[number])
    return missing


def test_the_judge_of_this_campaign_sees_a_number_that_changed(clean):
    for name in ("stances", "sql 0", f"reader {SESSION}", "report", f"raw {SESSION}"):
        other = _changed(clean[name])
        assert not is_honest(clean[name], other, "x.parquet", SESSION), name


def test_the_judge_of_this_campaign_sees_a_column_that_is_gone_or_has_another_name(clean):
    table = clean["ana's sessions"]
    lost = table[table["session"] == SESSION].index
    answer = table.copy()
    answer.loc[lost, answer.select_dtypes("number").columns] = np.nan
    answer.loc[lost, "reasons"] = "cannot be read: x.parquet is damaged"
    assert is_honest(table, answer, "x.parquet", SESSION)
    for wrong in (answer.drop(columns="running_s"), answer.rename(columns={"running_s": "run_s"})):
        assert not is_honest(table, wrong, "x.parquet", SESSION)


def _changed(answer):
    if isinstance(answer, pd.DataFrame):
        frame = answer.copy()
        at = frame.columns.get_loc("initial_contact_s")
        frame.iloc[-1, at] = np.nextafter(frame.iloc[-1, at], np.inf)
        return frame
    if hasattr(answer, "frame"):
        return replace(answer, frame=_changed(answer.frame))
    if hasattr(answer, "past"):
        return replace(answer, time_s=np.nextafter(answer.time_s, np.inf))
    pod = answer.pods["pelvis"]
    return replace(answer, pods={**answer.pods, "pelvis": replace(pod, time_us=pod.time_us + 1)})
