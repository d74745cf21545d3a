"""What the recorder noted of pods and runner: remarks, what was fetched, laps and moments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pipelines.store.journal.format import Journal

NS: Final = 1e-9
MARKS: Final = ("lap", "marker")


def pod_notes(journal: Journal) -> list[str]:
    """Return a sentence for each thing that was noted of the pods, each once."""
    return list(dict.fromkeys(_notes(journal)))


def _notes(journal: Journal) -> Iterator[str]:
    for event in journal.events:
        if event["kind"] == "remark":
            yield str(event["words"])
        elif event["kind"] == "stopped" and (fetched := event.get("fetched")):
            place = journal.header.pods[event["pod"]].placement.replace("_", " ")
            yield f"{place}: {fetched} samples came late, fetched from the pod"


def marks(journal: Journal) -> tuple[Mapping[str, Any], ...]:
    """Return the laps and moments that the runner marked, with `at_s` on the session clock.

    A lap has the ``condition`` under which it was run; an empty one ends the lap before.
    """
    return tuple(
        {
            **{key: value for key, value in event.items() if key != "host_ns"},
            "at_s": round((event["host_ns"] - journal.header.started_ns) * NS, 3),
        }
        for event in journal.events
        if event["kind"] in MARKS
    )
