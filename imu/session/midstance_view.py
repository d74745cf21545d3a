"""The loading view: pelvis and shank from contact to mid-stance, one entry per stance.

For each stance: does the pelvis rotate over the stance leg, how late, how far does it tilt and
drop, how much does the shin turn in, and which of them moves first. The parts are metrics of
their own; this view only puts them side by side. That turning over the leg is the better way to
load it is the founding hypothesis of this project, not a finding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from imu.frames import SIDES, BoolArray, FloatArray
from imu.metrics.table import StanceTable
from imu.session.censored import median

if TYPE_CHECKING:
    import pandas as pd

ROTATES_DEG: Final = 1.0
"""Less rotation than this from contact to mid-stance is not called rotating."""
FIRST_PCT: Final = 3.0
"""Movements closer together than this share of stance are called simultaneous."""
MOVES: Final = ("shin rotation", "pelvic rotation", "pelvic drop")
TOGETHER: Final = "together"
OTHER_PARTS: Final = {
    "tips forward {:+.1f}°": "tilting_deg",
    "drops {:.1f}°": "drop_deg",
    "the shin turns in {:.1f}°": "shank_deg",
}


@dataclass(frozen=True)
class LoadingView:
    """One entry per stance, (k,); degrees are leg-signed as in the metrics, NaN is unknown.

    `rotation_deg` is the rotation of the pelvis over the stance leg from contact to mid-stance,
    `rotation_at_pct` when it is greatest; `tilting_deg` how far the pelvis tips forward from
    contact to mid-stance, `drop_deg` and `drop_at_pct` how far and when the swing side is lowest;
    `shank_deg` how far the shin turns in. `first` names the movement whose rate peaks first
    (`MOVES`, "together", or empty) and `lead_pct` by how much of stance it leads the next one.
    `index_pct` is the loading index.
    """

    side: npt.NDArray[np.str_]
    rotation_deg: FloatArray
    rotation_at_pct: FloatArray
    tilting_deg: FloatArray
    drop_deg: FloatArray
    drop_at_pct: FloatArray
    shank_deg: FloatArray
    first: npt.NDArray[np.str_]
    lead_pct: FloatArray
    index_pct: FloatArray

    def __len__(self) -> int:
        return len(self.side)

    @property
    def rotates(self) -> BoolArray:
        """(k,) True where the pelvis turns over the stance leg by a degree or more."""
        return np.asarray(self.rotation_deg >= ROTATES_DEG)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per stance."""
        import pandas as pd  # here, because it takes longer to load than all else

        return pd.DataFrame({**vars(self), "rotates": self.rotates})


def loading(table: StanceTable) -> LoadingView:
    """Return the loading view of the stances of `table`."""
    m = table.metrics
    first, lead = _first(m["rotation_lag_pct"], m["drop_lag_pct"])
    return LoadingView(
        side=table.events.side,
        rotation_deg=m["pelvic_rotation_deg"],
        rotation_at_pct=m["pelvic_rotation_at_pct"],
        tilting_deg=m["pelvic_tilting_deg"],
        drop_deg=m["pelvic_drop_deg"],
        drop_at_pct=m["pelvic_drop_at_pct"],
        shank_deg=m["shank_internal_rotation_deg"],
        first=first,
        lead_pct=lead,
        index_pct=m["loading_index_pct"],
    )


def _first(
    rotation_lag: FloatArray, drop_lag: FloatArray
) -> tuple[npt.NDArray[np.str_], FloatArray]:
    """Return which movement is fastest first (k,), and by how much it leads; from their lags."""
    lags = np.column_stack([np.zeros(len(drop_lag)), rotation_lag, drop_lag])
    ordered = np.sort(lags, axis=1)
    lead = ordered[:, 1] - ordered[:, 0]
    known = np.isfinite(rotation_lag) & np.isfinite(drop_lag)
    name = np.array(MOVES)[np.argmin(np.where(known[:, None], lags, 0.0), axis=1)]
    name = np.where(lead >= FIRST_PCT, name, TOGETHER)
    return np.where(known, name, ""), np.where(known, lead, np.nan)


def sentences(view: LoadingView) -> tuple[str, ...]:
    """Say for each side that was measured what its stances mostly do; medians, no judgement."""
    said = []
    for side in SIDES:
        own = view.side == side
        rotation, late = median(view.rotation_deg[own]), median(view.rotation_at_pct[own])
        if np.isnan(rotation):
            continue
        turns = "turns" if rotation >= ROTATES_DEG else "does not turn"
        parts = [
            f"{side.capitalize()}: by mid-stance the pelvis {turns} over the stance leg "
            f"({rotation:+.1f}°, most at {late:.0f} % of stance)"
        ]
        middles = {text: median(getattr(view, name)[own]) for text, name in OTHER_PARTS.items()}
        parts += [text.format(value) for text, value in middles.items() if np.isfinite(value)]
        said.append(f"{', '.join(parts)}.{_order(view.first[own])}")
    return tuple(said)


def _order(first: npt.NDArray[np.str_]) -> str:
    names, counts = np.unique(first[first != ""], return_counts=True)
    if not len(names):
        return ""
    share = 100.0 * counts.max() / counts.sum()
    most = names[np.argmax(counts)]
    what = "They move together" if most == TOGETHER else f"The {most} comes first"
    return f" {what} in {share:.0f} % of stances."
