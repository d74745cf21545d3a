"""Stores of a virtual runner for the examples: what is true of her is known.

Each is made once in a folder, in some seconds, as `midstance demo` makes its own.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from pipelines.demo.cases import Change
from pipelines.demo.past import keep_run
from pipelines.demo.scenario import ATHLETE, Plan
from pipelines.store.files import session_files
from pipelines.store.many_sessions.sessions import keep_fresh
from pipelines.store.stated.context_file import change_context

FIRST = datetime(2026, 9, 1, 7, tzinfo=UTC)
LONG_RUN_S = 180.0
TIRED = {"anterior_tilt_deg": 3.0, "pelvic_drop_deg": 2.5}
"""What is added on both legs from 40 % of the long run to its end."""
WEEKS, RUNS_A_WEEK, SHORT_RUN_S = 8, 2, 20.0
LEFT_DROP_DEG = 3.0
"""What is added to the drop over the left leg, little by little, from the fifth week on."""
WORN_DEG = 2.5
"""How much more her shanks turn inward in the worn pair."""


def long_run(folder: Path) -> Path:
    """Return a store of one run in which she tires."""
    store = folder / "long-run"
    if not store.exists():
        plan = Plan(FIRST, "long", 21, LONG_RUN_S, 2.8, Change(by_the_end=TIRED))
        keep_run(store, plan)
        keep_fresh(store, [ATHLETE])
    return store


def eight_weeks(folder: Path) -> Path:
    """Return a store of two runs a week, in one of two pairs of shoes, at everyday paces."""
    store, rng = folder / "eight-weeks", Random(4)
    if store.exists():
        return store
    for number in range(WEEKS * RUNS_A_WEEK):
        day = FIRST + timedelta(days=round(3.5 * number))
        late = max(0.0, (number + 1) / RUNS_A_WEEK - 4) / (WEEKS - 4)
        pair = rng.choice(("new pair", "worn pair"))
        change = Change(
            left={"pelvic_drop_deg": LEFT_DROP_DEG * late},
            both={"shank_rotation_deg": WORN_DEG} if pair == "worn pair" else {},
        )
        pace_mps = round(rng.uniform(2.7, 3.1), 2)
        done = keep_run(store, Plan(day, "run", 300 + number, SHORT_RUN_S, pace_mps, change))
        change_context(session_files(store, ATHLETE, done.session), {"shoes": pair})
    keep_fresh(store, [ATHLETE])
    return store
