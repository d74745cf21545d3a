"""Read the points of a GPX or TCX file as a stream; all of it is bounded by counts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from xml.parsers.expat import ExpatError

from pipelines.sources.watch.track import MOST_POINTS, MOST_SEGMENTS, POINT, Point
from pipelines.sources.xml_in_pieces import RefusedXmlError, feed

MOST_ELEMENTS: Final = 5_000_000
DEEPEST: Final = 50
LONGEST_TEXT: Final = 100  # of a time or a number
FRACTION: Final = re.compile(r"(\.\d{6})\d+")


@dataclass(frozen=True)
class Format:
    """How a format calls a point, a segment, and (by the last part of its name) what is in one."""

    point: str
    segment: str
    values: Mapping[str, str]
    time: str


FORMATS: Final = {
    "gpx": Format(
        "trkpt",
        "trkseg",
        {
            "lat": "latitude_deg",
            "lon": "longitude_deg",
            "ele": "altitude_m",
            "speed": "speed_mps",
            "hr": "heart_rate_bpm",
            "cad": "cadence_spm",
        },
        "time",
    ),
    "TrainingCenterDatabase": Format(
        "Trackpoint",
        "Track",
        {
            "LatitudeDegrees": "latitude_deg",
            "LongitudeDegrees": "longitude_deg",
            "AltitudeMeters": "altitude_m",
            "DistanceMeters": "distance_m",
            "Speed": "speed_mps",
            "Value": "heart_rate_bpm",  # of HeartRateBpm, the only one in a point
            "RunCadence": "cadence_spm",
        },
        "Time",
    ),
}


def xml_points(path: Path) -> tuple[list[Point], list[str]]:
    """Return the points of a GPX or TCX file, of all its segments, and notes on them."""
    reader = _Reader(path)
    try:
        feed(path, reader, writer="no watch")
    except ExpatError as error:
        raise ValueError(
            f"{path} is damaged or no XML ({error}); export it from the watch again"
        ) from None
    except RefusedXmlError:
        raise
    except (LookupError, ValueError) as error:  # an encoding that is not known
        raise ValueError(f"{path} cannot be read ({error}); save it as UTF-8") from None
    notes = ["times without a zone are taken as UTC"] if reader.naive else []
    return reader.points, notes


@dataclass
class _Reader:
    """What was read so far."""

    path: Path
    points: list[Point] = field(default_factory=list)
    naive: bool = False
    format: Format | None = None
    segment: int = 0
    elements: int = 0
    depth: int = 0
    point: dict[str, str] | None = None
    words: str = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        self.depth += 1
        local = name.rpartition(":")[2]
        if self.format is None:
            self._begin(local)
        elif self.elements > MOST_ELEMENTS or self.depth > DEEPEST:
            raise RefusedXmlError(f"{self.path} has more in it than a run has; export one activity")
        elif local == self.format.segment:
            self.segment += 1
            if self.segment > MOST_SEGMENTS:
                raise RefusedXmlError(
                    f"{self.path} has over {MOST_SEGMENTS} segments; export one run"
                )
        elif local == self.format.point:
            self.point = dict(attributes)
        self.words = ""

    def _begin(self, root: str) -> None:
        self.format = FORMATS.get(root)
        if self.format is None:
            raise RefusedXmlError(
                f"{self.path} is XML but neither GPX nor TCX; export one of these"
            )

    def text(self, data: str) -> None:
        if self.point is not None and len(self.words) < LONGEST_TEXT:
            self.words += data[:LONGEST_TEXT]

    def end(self, name: str) -> None:
        self.depth -= 1
        local = name.rpartition(":")[2]
        if self.point is None or self.format is None:
            return
        if local == self.format.point:
            self._keep(self.format, self.point)
            self.point = None
        elif local == self.format.time or local in self.format.values:
            self.point[local] = self.words

    def _keep(self, format: Format, point: dict[str, str]) -> None:
        if len(self.points) >= MOST_POINTS:
            raise RefusedXmlError(f"{self.path} has over {MOST_POINTS} points; export one run")
        known = {
            format.values[name]: _number(x) for name, x in point.items() if name in format.values
        }
        known |= {"time_s": self._time_s(point.get(format.time, "")), "segment": self.segment}
        self.points.append(tuple(known.get(name, float("nan")) for name in POINT))

    def _time_s(self, words: str) -> float:
        try:
            moment = datetime.fromisoformat(FRACTION.sub(r"\1", words.strip()))
            if moment.tzinfo is None:
                self.naive = True
                moment = moment.replace(tzinfo=UTC)
            return moment.timestamp()
        except (ValueError, OverflowError):
            return float("nan")


def _number(words: str) -> float:
    try:
        return float(words)
    except ValueError:
        return float("nan")
