"""Contacts of the feet with the ground: of which gait, when, and how hard they load."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from imu.frames import BoolArray, FloatArray, IntArray

STAND: Final = 0
WALK: Final = 1
RUN: Final = 2
HOP: Final = 3
STAIRS_UP: Final = 4
STAIRS_DOWN: Final = 5
WALKS: Final = (WALK, STAIRS_UP, STAIRS_DOWN)
LONGEST_STEP_S: Final = 1.6  # beyond it the feet stand in between
SETTING_OFF_S: Final = 0.7
LOADING_SHARE: Final = np.array([0.0, 0.5, 1.0, 0.0, 0.5, 0.5])  # of the running loadings, by gait
IMPACT_SHARE: Final = np.array([0.15, 0.32, 1.0, 1.0, 0.25, 0.4])


@dataclass(frozen=True)
class Contacts:
    """Every time a foot is on the ground, in order of initial contact: arrays of length n.

    `sign` is +1 left, -1 right. `toe_off_s` is infinite for a foot that is not lifted again.
    `load_s` is the time over which a running stance carries the body, `flight_s` the flight after
    it (0: none). `loading` maps each name of `Loading`, and of the curves that vary, to the value
    meant for that contact.
    """

    sign: FloatArray
    gait: IntArray
    segment: IntArray
    initial_contact_s: FloatArray
    toe_off_s: FloatArray
    load_s: FloatArray
    flight_s: FloatArray
    speed_mps: FloatArray
    loading: dict[str, FloatArray]

    def __len__(self) -> int:
        return len(self.sign)

    @property
    def running(self) -> BoolArray:
        """Which contacts (n,) are running stances: those that a flight follows."""
        return np.asarray((self.gait == RUN) & (self.flight_s > 0))

    @property
    def side(self) -> npt.NDArray[np.str_]:
        """``left`` or ``right`` of each contact (n,)."""
        return np.where(self.sign > 0, "left", "right")


@dataclass(frozen=True)
class Landings:
    """Contacts before it is known how long they last: arrays of length n."""

    sign: FloatArray
    gait: IntArray
    segment: IntArray
    initial_contact_s: FloatArray


def impact_size(contacts: Contacts) -> FloatArray:
    """Return the axial peak (n,) meant for each contact, m/s², with gravity; gentle but in runs."""
    return np.asarray(IMPACT_SHARE[contacts.gait] * contacts.loading["impact_mps2"])


def with_rests(contacts: Contacts) -> Contacts:
    """Return contacts with one more shortly before each setting off.

    So that a posture which goes from contact to contact stays at rest while the feet stand.
    The added contacts are standing ones.
    """
    at = contacts.initial_contact_s
    before = np.flatnonzero(np.diff(at) > LONGEST_STEP_S) + 1

    def inserted(x: npt.NDArray[Any], added: Any) -> npt.NDArray[Any]:
        return np.insert(x, before, added)

    parts = {k: inserted(v, v[before]) for k, v in vars(contacts).items() if k != "loading"}
    parts["initial_contact_s"] = inserted(at, at[before] - SETTING_OFF_S)
    parts["gait"] = inserted(contacts.gait, STAND)
    parts["load_s"] = inserted(contacts.load_s, 0.0)
    parts["flight_s"] = inserted(contacts.flight_s, 0.0)
    loading = {k: inserted(v, v[before]) for k, v in contacts.loading.items()}
    return Contacts(**parts, loading=loading)
