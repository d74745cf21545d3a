"""Choose the sessions of a batch: of some athletes, from a day on, by a condition in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pipelines.batch.lent import Recorded
from pipelines.batch.place import place_of
from pipelines.store.many_sessions.choose import that_satisfy


def chosen(
    store: str, *, athletes: Sequence[str] = (), since: date | None = None, where: str = ""
) -> list[Recorded]:
    """Return the sessions that have a raw file and are wanted, by athlete and date.

    `where` is a condition in SQL over the columns of the table of sessions, and ``day``; those are
    NULL, all but ``athlete``, ``session`` and ``day``, of a session that was never processed.
    FileNotFoundError where there is none at all, ValueError where none is wanted.
    """
    place = place_of(store)
    every = place.recorded(athletes, since)
    if not every:
        of = f" of {', '.join(athletes)}" if athletes else ""
        from_day = f" since {since}" if since else ""
        raise FileNotFoundError(
            f"no raw session files{of}{from_day} in {store}; name a store, or other sessions"
        )
    if not where:
        return every
    names = [(one.athlete, one.session) for one in every]
    satisfying = that_satisfy(place.known(), names, where)
    wanted = [one for one in every if (one.athlete, one.session) in satisfying]
    if not wanted:
        raise ValueError(f"none of {len(every)} sessions in {store} satisfies {where!r}")
    return wanted
