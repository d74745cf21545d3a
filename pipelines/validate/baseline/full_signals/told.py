"""What the report says of a run after some past runs, and what a watch would say of it."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np

from imu.baseline.expected import PATTERN
from imu.frames import SIDES
from pipelines import store as stores
from pipelines.report.compared import FAULTY, Compared, compare
from pipelines.report.data import collect
from pipelines.store.stated.context_file import change_context
from pipelines.validate.baseline.full_signals.days import ATHLETE, Day, files_of
from pipelines.validate.baseline.population import METRICS
from pipelines.validate.baseline.watch_rule import watch_names

POOR: Final = "D"
TILT: Final = "pelvic_tilt_midstance_deg"


@dataclass(frozen=True)
class Said:
    """What was said of one run.

    `named` are the families and `firm` those of them that are, `pattern` the leg that shows the
    declared pattern. `judged` and `outside` count comparisons of legs, `tilt` those of the tilt.
    `faulty` says that a fault of a pod took something out, `watch` that the rule of watches names
    anything.
    """

    grade: str
    conditions: str
    named: tuple[str, ...]
    firm: bool
    pattern: str
    judged: int
    outside: int
    tilt: int
    faulty: bool
    watch: bool

    @property
    def any(self) -> bool:
        """Whether the report names a change."""
        return bool(self.named or self.pattern)


def told(store: Path, past: Sequence[Day], today: Day, *, shoes: Sequence[str] = ()) -> Said:
    """Report `today` with the `past` runs alone in the store; all are kept in `store`.

    `shoes` are those that were stated of each past run and of today's.
    """
    with TemporaryDirectory() as folder:
        alone = Path(folder) / "store"
        for place, day in enumerate((*past, today)):
            there, here = files_of(alone, day), files_of(store, day)
            for kind in ("stances", "curves", "bouts"):
                there.table(kind).parent.mkdir(parents=True, exist_ok=True)
                os.link(here.table(kind), there.table(kind))
            if shoes:
                change_context(there, {"shoes": shoes[place]})
        return _said(alone, compare(collect(alone, ATHLETE, today.session)))


def _said(store: Path, of: Compared) -> Said:
    table = stores.open(store).sessions(ATHLETE)
    judged = [c for c in of.legs if np.isfinite(c.p_value)]
    found = [finding for finding in of.today.findings if finding.family != PATTERN]
    values = {
        name: np.stack([table[f"{side}_{name}"].to_numpy(float) for side in SIDES], axis=-1)
        for name in METRICS
    }
    return Said(
        grade=str(table["grade"].iloc[-1]),
        conditions=of.today.conditions,
        named=tuple(finding.family for finding in found),
        firm=any(finding.level == "firm" for finding in of.today.findings),
        pattern=next((one.side for one in of.today.findings if one.family == PATTERN), ""),
        judged=len(judged),
        outside=sum(not c.low <= c.today <= c.high for c in judged),
        tilt=sum(c.metric == TILT for c in judged),
        faulty=any(why.startswith(FAULTY) for why in of.unmeasured.values()),
        watch=bool(watch_names(values)[-1].any()),
    )
