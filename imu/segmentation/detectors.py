"""The stance detectors by name: ours, and published ones for comparison.

``imu.analyse(recording, shank="mercer2003")`` runs one of them in place of ours. The steps after
the candidates (selection of running, bouts, sides, metrics) are the same for all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from imu.segmentation import shank_events
from imu.segmentation.pelvis_events import steps
from imu.segmentation.published import pelvis as published_pelvis
from imu.segmentation.published import shank as published_shank
from imu.segmentation.shank_events import legs_in_turn
from imu.segmentation.shank_events.candidate_stances import Candidates

Place = Literal["shank", "pelvis"]


@dataclass(frozen=True, slots=True)
class Detector:
    """One detector. ``candidates(segment, rate_hz=...)`` returns `Candidates`.

    `of_both`, if there is one, is called as ``of_both(found, pods, rate_hz=...)`` with the
    `Candidates` and the segment of each side, and returns the candidates that fit together.
    `needs_gyroscope`: without one it returns no candidates. `times_toe_off`: the source defines
    toe-off; if not, ours is used.
    """

    name: str
    place: Place
    source: str
    candidates: Callable[..., Candidates]
    needs_gyroscope: bool = False
    times_toe_off: bool = True
    of_both: Callable[..., Mapping[str, Candidates]] | None = None


OUR_SHANK: Final = "midstance_shank"
OUR_PELVIS: Final = "midstance_pelvis"

_ALL: Final = (
    Detector(
        OUR_SHANK,
        "shank",
        "this project",
        shank_events.candidates,
        of_both=legs_in_turn.mended,
    ),
    Detector("mercer2003", "shank", "Mercer et al. 2003", published_shank.mercer2003),
    Detector("purcell2006", "shank", "Purcell et al. 2006", published_shank.purcell2006),
    Detector("sinclair2013", "shank", "Sinclair et al. 2013", published_shank.sinclair2013),
    Detector(
        "whelan2015",
        "shank",
        "Whelan et al. 2015",
        published_shank.whelan2015,
        times_toe_off=False,
    ),
    Detector(
        "aubol2020",
        "shank",
        "Aubol & Milner 2020",
        published_shank.aubol2020,
        times_toe_off=False,
    ),
    Detector(
        "fadillioglu2020",
        "shank",
        "Fadillioglu et al. 2020",
        published_shank.fadillioglu2020,
        needs_gyroscope=True,
    ),
    Detector(
        "mcgrath2012",
        "shank",
        "Greene et al. 2010; McGrath et al. 2012",
        published_shank.mcgrath2012,
        needs_gyroscope=True,
    ),
    Detector(OUR_PELVIS, "pelvis", "this project", steps.candidates),
    Detector("auvinet2002", "pelvis", "Auvinet et al. 2002", published_pelvis.auvinet2002),
    Detector("lee2010", "pelvis", "Lee et al. 2010", published_pelvis.lee2010),
    Detector("benson2019", "pelvis", "Benson et al. 2019", published_pelvis.benson2019),
    Detector(
        "reenalda2021",
        "pelvis",
        "Reenalda et al. 2021",
        published_pelvis.reenalda2021,
        times_toe_off=False,
    ),
    Detector("day2021", "pelvis", "Day et al. 2021", published_pelvis.day2021),
)

DETECTORS: Final[dict[str, Detector]] = {one.name: one for one in _ALL}


def detector(name: str, place: Place) -> Detector:
    """Return the detector called `name` for `place`; ValueError names those there are."""
    found = DETECTORS.get(name)
    if found is None or found.place != place:
        known = ", ".join(one.name for one in DETECTORS.values() if one.place == place)
        raise ValueError(f"no {place} detector is called {name!r}; give one of {known}")
    return found
