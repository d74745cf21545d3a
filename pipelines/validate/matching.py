"""Match estimated to true events, and compute their errors.

The rule is that of the real recordings' reader: each other's nearest, at most 50 ms apart, one to
one. Detection (recall, precision) and timing (errors of what was matched) stay apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from imu.frames import BoolArray, FloatArray, IntArray

TOLERANCE_S: Final = 0.05


class Timed(Protocol):
    """Stances (n,) whose events are known: those of the virtual runner, or of any other source."""

    @property
    def side(self) -> npt.NDArray[np.str_]: ...  # noqa: D102
    @property
    def initial_contact_s(self) -> FloatArray: ...  # noqa: D102
    @property
    def toe_off_s(self) -> FloatArray: ...  # noqa: D102


@dataclass(frozen=True)
class Instants:
    """Side and events of stances (n,), in order of contact, and nothing else."""

    side: npt.NDArray[np.str_]
    initial_contact_s: FloatArray
    toe_off_s: FloatArray


NOTHING: Final = Instants(np.empty(0, dtype=np.str_), np.empty(0), np.empty(0))


@dataclass(frozen=True)
class Errors:
    """Estimate minus truth of the stances whose contact was found, s; `pairs` (k, 2) true, found.

    `asked` true stances lie in the window, `given` found ones count; `right_side` (k,).
    """

    asked: int
    given: int
    pairs: IntArray
    contact_s: FloatArray
    toe_off_s: FloatArray
    length_s: FloatArray
    right_side: BoolArray

    @property
    def recall(self) -> float:
        """Share of the true stances that were found."""
        return len(self.contact_s) / self.asked if self.asked else np.nan

    @property
    def precision(self) -> float:
        """Share of the found stances that are true."""
        return len(self.contact_s) / self.given if self.given else np.nan

    @property
    def f1(self) -> float:
        """Harmonic mean of recall and precision."""
        return 2 * len(self.contact_s) / (self.asked + self.given) if self.asked else np.nan


def pooled(errors: Iterable[Errors]) -> Errors:
    """Return all events as of one record; `pairs` is empty."""
    parts = list(errors)

    def joined(name: str) -> FloatArray:
        return np.concatenate([np.empty(0), *(getattr(part, name) for part in parts)])

    return Errors(
        asked=sum(part.asked for part in parts),
        given=sum(part.given for part in parts),
        pairs=np.empty((0, 2), dtype=np.int64),
        contact_s=joined("contact_s"),
        toe_off_s=joined("toe_off_s"),
        length_s=joined("length_s"),
        right_side=joined("right_side").astype(bool),
    )


def matched(
    truth: Timed, found: Timed, *, seen: BoolArray, window_s: tuple[float, float]
) -> Errors:
    """Pair found stances with the true ones that are `seen` (n,) by their initial contacts.

    True contacts outside `window_s` are not demanded; found ones outside count only when they
    meet one inside.
    """
    true_s, found_s = truth.initial_contact_s, found.initial_contact_s
    inside = (true_s >= window_s[0]) & (true_s <= window_s[1])
    asked = np.flatnonzero(seen & inside)
    pairs = _mutual(true_s[asked], found_s)
    pairs[:, 0] = asked[pairs[:, 0]]
    within = np.flatnonzero((found_s >= window_s[0]) & (found_s <= window_s[1]))
    i, j = pairs.T
    contact_s = found_s[j] - true_s[i]
    toe_off_s = found.toe_off_s[j] - truth.toe_off_s[i]
    return Errors(
        asked=len(asked),
        given=len(np.union1d(within, j)),
        pairs=pairs,
        contact_s=contact_s,
        toe_off_s=toe_off_s,
        length_s=toe_off_s - contact_s,
        right_side=found.side[j] == truth.side[i],
    )


def _mutual(true_s: FloatArray, found_s: FloatArray) -> IntArray:
    """Return (k, 2) positions of each other's nearest, at most `TOLERANCE_S` apart."""
    if not len(true_s) or not len(found_s):
        return np.empty((0, 2), dtype=np.int64)
    forth, back = _nearest(true_s, found_s), _nearest(found_s, true_s)
    own = np.flatnonzero(back[forth] == np.arange(len(true_s)))
    close = np.abs(found_s[forth[own]] - true_s[own]) <= TOLERANCE_S
    return np.column_stack([own[close], forth[own[close]]])


def _nearest(points: FloatArray, among: FloatArray) -> IntArray:
    """Return for each of `points` (k,) the position of the nearest of `among` (m,)."""
    order = np.argsort(among, kind="stable")
    fenced = np.concatenate([[-np.inf], among[order], [np.inf]])
    right = np.searchsorted(fenced, points)
    nearer = np.where(points - fenced[right - 1] <= fenced[right] - points, right - 1, right)
    return np.asarray(order[nearer - 1])


def rms(x: FloatArray) -> float:
    """Return the root mean square of what is finite of `x` (n,); NaN for nothing."""
    known = x[np.isfinite(x)]
    return float(np.sqrt(np.mean(known**2))) if len(known) else np.nan


def sd(x: FloatArray) -> float:
    """Return the standard deviation of what is finite of `x` (n,); NaN for fewer than two."""
    known = x[np.isfinite(x)]
    return float(np.std(known, ddof=1)) if len(known) > 1 else np.nan


def mean(x: FloatArray) -> float:
    """Return the mean of what is finite of `x` (n,); NaN for nothing."""
    known = x[np.isfinite(x)]
    return float(np.mean(known)) if len(known) else np.nan


def median_size(x: FloatArray) -> float:
    """Return the median absolute value of what is finite of `x` (n,); NaN for nothing."""
    known = x[np.isfinite(x)]
    return float(np.median(np.abs(known))) if len(known) else np.nan
