"""Go on with a recording that a crash interrupted: what is in it already, on which clock."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from pipelines.capture.one_pod.coverage import coverage_of
from pipelines.capture.one_pod.worn_pod import HELD_S, WornPod
from pipelines.protocols import protocol_named
from pipelines.store.journal.format import Journal
from pipelines.store.journal.reader import read_journal

NEAR_NS: Final = 2_000_000_000


def interrupted(path: Path) -> Journal:
    """Return the journal of an interrupted recording; ValueError for one that was finished."""
    journal = read_journal(path)
    if journal.closed:
        raise ValueError(f"{path} was finished; record a new session")
    return journal


def clock_after(
    before: Journal, clock_ns: Callable[[], int], utc_now: datetime
) -> Callable[[], int]:
    """Return the clock for all further stamps of an interrupted journal.

    That is the recorder's own clock where it went on. Where it did not, for the machine was started
    anew, stamps go back to the beginning: from such a step a reader takes the time from the pods.
    """
    known = before.header
    passed_s = (utc_now - datetime.fromisoformat(known.started_utc)).total_seconds()
    now_ns = clock_ns()
    if abs(known.started_ns + round(passed_s * 1e9) - now_ns) < NEAR_NS:
        return clock_ns
    back_ns = now_ns - known.started_ns
    return lambda: clock_ns() - back_ns


def recall(before: Journal, worn: Sequence[WornPod]) -> None:
    """Let every pod know what of it and of those before it is in the journal already."""
    for number, known in before.header.pods.items():
        pod = next((one for one in worn if one.placement == known.placement), None)
        if pod is None or not before.packets[number]:
            continue
        with suppress(ValueError):  # nothing of it can be read: then all it holds is fetched
            said = protocol_named(known.protocol).decode(before.packets[number])
            for one in said.samplings:
                if len(one.samples):
                    most = round(HELD_S * one.rate_hz)
                    coverage_of(pod.coverages, number, one, most=most).add(one)
