"""Compare our detectors with published ones, on the same recordings with the same matching rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from imu.frames import PLACEMENTS, FloatArray
from pipelines.validate.matching import Errors, mean, pooled, sd
from pipelines.validate.recordings.shanks import scored
from pipelines.validate.results import UNKNOWN, Part, Table, ms, share, signed_ms
from pipelines.validate.virtual_runs.score import Case, analysed, events, recorded

if TYPE_CHECKING:
    from imu.segmentation import Detector

COLUMNS: Final = ("recall", "precision", "IC bias", "SD", "TO bias", "SD")
ALIKE: Final = (
    "Published detectors carry no bias constant: compare SD and what was found. Which strides are "
    "running is decided alike for all; a dash means that the method needs a gyroscope or times no "
    "toe-off."
)


def compare(case: Case) -> dict[str, Errors]:
    """Score every detector on one virtual run, with the pods of its own place alone."""
    from imu.segmentation import DETECTORS

    simulation, recording = recorded(case)
    out = {}
    for name, one in DETECTORS.items():
        worn = tuple(place for place in PLACEMENTS if place.startswith(one.place))
        alone = replace(recording, sensors={place: recording.sensors[place] for place in worn})
        chosen: dict[str, Any] = {one.place: name}
        out[name] = events(analysed(alone, **chosen), simulation, worn)
    return out


def on_real(reference: ModuleType) -> dict[str, Mapping[str, Any]]:
    """Score every detector that can run there: shanks on Bach, pelvis on Alcantara."""
    from imu.segmentation import DETECTORS

    trials = {
        "shank": [reference.bach(number) for number in reference.BACH_RUNNING],
        "pelvis": [reference.alcantara(number) for number in reference.ALCANTARA_ROWS],
    }
    return {
        name: _on_trials(reference, one, trials[one.place])
        for name, one in DETECTORS.items()
        if not one.needs_gyroscope
    }


def _on_trials(reference: ModuleType, one: Detector, trials: Iterable[Any]) -> Mapping[str, Any]:
    scores = [scored(reference, trial, **{one.place: one.name})[1] for trial in trials]
    return {
        event: reference.pool(s[event] for s in scores) for event in ("initial_contact", "toe_off")
    }


def part(real: Mapping[str, Mapping[str, Any]], virtual: Sequence[Mapping[str, Errors]]) -> Part:
    """Return one table per place from what `on_real` and `compare` gave."""
    from imu.segmentation import DETECTORS

    joined = {name: pooled(one[name] for one in virtual) for name in DETECTORS}
    tables = []
    for place, data in (("shank", "Bach 2022"), ("pelvis", "Alcantara 2022")):
        rows = [
            (
                name,
                one.source,
                *_real_cells(one, real.get(name)),
                *_virtual_cells(one, joined[name]),
            )
            for name, one in DETECTORS.items()
            if one.place == place
        ]
        tables.append(_table(place, data, tuple(rows)))
    return Part(tables=tuple(tables))


def random_part(virtual: Sequence[Mapping[str, Errors]]) -> Part:
    """Return one table per place from what `compare` gave on random runners with all faults."""
    from imu.segmentation import DETECTORS

    joined = {name: pooled(one[name] for one in virtual) for name in DETECTORS}
    tables = []
    for place in ("shank", "pelvis"):
        rows = [
            (name, one.source, *_virtual_cells(one, joined[name]))
            for name, one in DETECTORS.items()
            if one.place == place
        ]
        tables.append(
            Table(
                f"Detectors beside each other: {place}, random runners with all faults",
                f"{len(virtual)} of the random runners with all faults at 2 to 6 m/s, "
                f"{_worn(place)} of this place alone. Errors in ms. {ALIKE}",
                ("detector", "source", *COLUMNS),
                tuple(rows),
            )
        )
    return Part(tables=tuple(tables))


def _worn(place: str) -> str:
    return "one pod" if place == "pelvis" else "both pods"


def _table(place: str, data: str, rows: tuple[tuple[str, ...], ...]) -> Table:
    real, virtual = (f"{where}: {COLUMNS[0]}" for where in ("real", "virtual"))
    return Table(
        f"Detectors beside each other: {place}",
        f"Left: {data}, accelerometer only. Right: the virtual runner with realistic pods, "
        f"{_worn(place)} of this place alone. Errors in ms. {ALIKE}",
        ("detector", "source", real, *COLUMNS[1:], virtual, *COLUMNS[1:]),
        rows,
        drawing="detectors" if place == "shank" else "",
    )


def _cells(
    one: Detector, recall: float, precision: float, contact_s: FloatArray, toe_off_s: FloatArray
) -> tuple[str, ...]:
    toe_off = (signed_ms(mean(toe_off_s)), ms(sd(toe_off_s)))
    return (
        share(recall),
        share(precision),
        signed_ms(mean(contact_s)),
        ms(sd(contact_s)),
        *(toe_off if one.times_toe_off else (UNKNOWN, UNKNOWN)),
    )


def _real_cells(one: Detector, score: Mapping[str, Any] | None) -> tuple[str, ...]:
    if score is None:
        return (UNKNOWN,) * 6
    contact = score["initial_contact"]
    return _cells(one, contact.recall, contact.precision, contact.error_s, score["toe_off"].error_s)


def _virtual_cells(one: Detector, errors: Errors) -> tuple[str, ...]:
    return _cells(one, errors.recall, errors.precision, errors.contact_s, errors.toe_off_s)
