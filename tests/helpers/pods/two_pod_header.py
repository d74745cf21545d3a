"""The header of a journal of two pods."""

from pipelines.store.journal.format import Header, Pod

HEADER = Header(
    session="2026-11-22-a1b2",
    athlete="ana",
    started_utc="2026-11-22T07:00:00+00:00",
    started_ns=1_000,
    pods={
        1: Pod("pelvis", "C0:00:00:00:00:10", "ORP-PEL", "orp_v1"),
        2: Pod("shank_left", "C0:00:00:00:00:11", "ORP-LSH", "orp_v1"),
    },
)
