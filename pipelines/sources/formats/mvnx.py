"""Read MVNX of Xsens MVN: acceleration and turning of the sensors themselves, of each frame.

Layout: MVN User Manual MV0319P, the chapter on the MVNX format. Read as a stream, within bounds.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Final
from xml.parsers.expat import ExpatError

import numpy as np

from imu.frames import FloatArray
from pipelines.sources.formats.table import Table
from pipelines.sources.limits import Limits, check_values
from pipelines.sources.xml_in_pieces import feed

COUNTER: Final = "index"
STAMP: Final = "ms"
SENSORS: Final = {"sensorAcceleration": "acc", "sensorAngularVelocity": "gyr"}
AXES: Final = "xyz"
FREE: Final = "sensorFreeAcceleration"
LONGEST_TEXT: Final = 1 << 16
MOST_SENSORS: Final = 64
DEEPEST: Final = 30


@dataclass
class Suit:
    """What a file says before its frames, and the frames that were read so far."""

    path: Path
    only_start: bool
    most: int
    rate_hz: float | None = None
    labels: list[str] = field(default_factory=list)
    frames: int = 0
    index: array[float] = field(default_factory=lambda: array("d"))
    stamps: array[float] = field(default_factory=lambda: array("d"))
    values: dict[str, array[float]] = field(
        default_factory=lambda: {word: array("d") for word in SENSORS.values()}
    )
    seen: set[str] = field(default_factory=set)
    depth: int = 0
    in_frame: bool = False
    words: list[str] | None = None
    size: int = 0

    def start(self, name: str, said: dict[str, str]) -> None:
        """Take the start of an element."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise ValueError(f"{self.path} nests too deeply for MVNX; export it again")
        if name == "subject":
            self.rate_hz = _number(said.get("frameRate"))
        elif name == "sensor" and "label" in said:
            self.labels.append(said["label"])
            if len(self.labels) > MOST_SENSORS:
                raise ValueError(f"{self.path} names over {MOST_SENSORS} sensors; export one suit")
        elif name == "frame" and said.get("type", "normal") == "normal":
            self.in_frame = True
            self.index.append(_number(said.get("index")))
            self.stamps.append(_number(said.get(STAMP)))
        elif self.in_frame:
            self.seen.add(name)
            self.words = [] if name in SENSORS else None
            self.size = 0

    def text(self, data: str) -> None:
        """Take text."""
        if self.words is not None:
            self.size += len(data)
            if self.size > LONGEST_TEXT:
                raise ValueError(f"{self.path} has a frame without an end; export it again")
            self.words.append(data)

    def end(self, name: str) -> None:
        """Take the end of an element."""
        self.depth -= 1
        if self.words is not None and name in SENSORS:
            row = [_number(word) for word in "".join(self.words).split()]
            wanted = 3 * len(self.labels)
            row = row if len(row) == wanted else [float("nan")] * wanted
            self.values[SENSORS[name]].extend(row)
            self.words = None
            check_values(self.path, len(self.values["acc"]), Limits(values=self.most))
        elif name == "frame" and self.in_frame:
            self.in_frame = False
            self.frames += 1
            if self.only_start:
                raise StopIteration


def read_mvnx(path: Path, wanted: Collection[str], limits: Limits) -> Table:
    """Read ``index``, ``ms`` and, for each sensor, ``Pelvis.acc.x`` (m/s²) or ``Pelvis.gyr.x``.

    Angular rate is in rad/s. ValueError where a file holds no data of its sensors, or only
    acceleration without gravity.
    """
    suit = suit_of(path, limits, only_start=not wanted)
    parts = product(suit.labels, SENSORS.values(), AXES)
    names = [".".join(part) for part in parts]
    if not wanted:
        return Table((COUNTER, STAMP, *names), {})
    arrays: dict[str, FloatArray] = {
        COUNTER: np.frombuffer(suit.index, np.float64).copy(),
        STAMP: np.frombuffer(suit.stamps, np.float64).copy(),
    }
    for word, values in suit.values.items():
        table = np.frombuffer(values, np.float64).reshape(-1, 3 * len(suit.labels))
        if len(table) not in (0, suit.frames):
            raise ValueError(f"{path} holds {word} of some frames only; export it again")
        for k, label in enumerate(suit.labels):
            for j, axis in enumerate(AXES):
                if len(table) and f"{label}.{word}.{axis}" in wanted:
                    arrays[f"{label}.{word}.{axis}"] = table[:, 3 * k + j].copy()
    return Table((COUNTER, STAMP, *names), {n: arrays[n] for n in wanted if n in arrays})


def suit_of(path: Path, limits: Limits, *, only_start: bool) -> Suit:
    """Return what a file holds, or what stands before its second frame."""
    suit = Suit(path, only_start, limits.values)
    try:
        feed(path, suit, writer="MVN never")
    except StopIteration:
        pass
    except (ExpatError, LookupError) as error:
        raise ValueError(f"{path} is damaged or no MVNX ({error}); export it again") from None
    if not suit.frames or not suit.labels:
        raise ValueError(f"{path} holds no frames of sensors; export it with them")
    if "sensorAcceleration" not in suit.seen:
        said = (
            "only acceleration without gravity"
            if FREE in suit.seen
            else "no acceleration of its sensors"
        )
        raise ValueError(
            f"{path} holds {said}, and nothing can be measured with that; export it from MVN with "
            "sensorAcceleration and sensorAngularVelocity, or the trackers' own data"
        )
    return suit


def _number(word: str | None) -> float:
    try:
        return float(word) if word is not None else float("nan")
    except ValueError:
        return float("nan")
