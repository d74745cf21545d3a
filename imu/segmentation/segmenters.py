"""Every way of finding stances, by name: ours, and detectors from papers to compare with.

``imu.analyse(recording, shank="mercer2003")`` runs one of them in place of ours. What comes after
the candidates (what is running, bouts, sides, metrics) is the same for all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from imu.segmentation import pelvis, shank
from imu.segmentation.shank import Candidates

Place = Literal["shank", "pelvis"]


@dataclass(frozen=True, slots=True)
class Segmenter:
    """One detector. ``candidates(segment, rate_hz=...)`` returns `Candidates`.

    `needs_gyroscope`: without one it returns no candidates. `times_toe_off`: the source says how;
    if not, toe-off is that of ours.
    """

    name: str
    place: Place
    source: str
    candidates: Callable[..., Candidates]
    needs_gyroscope: bool = False
    times_toe_off: bool = True


OUR_SHANK: Final = "midstance_shank"
OUR_PELVIS: Final = "midstance_pelvis"

_ALL: Final = (
    Segmenter(OUR_SHANK, "shank", "this project", shank.candidates),
    Segmenter(OUR_PELVIS, "pelvis", "this project", pelvis.candidates),
)

SEGMENTERS: Final[dict[str, Segmenter]] = {one.name: one for one in _ALL}


def segmenter(name: str, place: Place) -> Segmenter:
    """Return the detector called `name` for `place`; ValueError names those there are."""
    found = SEGMENTERS.get(name)
    if found is None or found.place != place:
        known = ", ".join(one.name for one in SEGMENTERS.values() if one.place == place)
        raise ValueError(f"no {place} detector is called {name!r}; give one of {known}")
    return found
