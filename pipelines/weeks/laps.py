"""Two conditions within one run: laps in turn, as a person writes them, and what differs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from imu.baseline.expected import CellSide
from imu.baseline.same_run import LEAST_STANCES, SETTLE_S, Blocks, Paired, paired
from imu.baseline.verdict import RATES, told
from imu.frames import SIDES, FloatArray
from imu.metrics.registry import METRICS
from pipelines import store
from pipelines.formatting import plural
from pipelines.store.files import session_files
from pipelines.store.tables.raw_file import read_raw_header
from pipelines.weeks.compare import Compared, Difference, at_pace, differences
from pipelines.weeks.runs import PRIMARY

JUDGED: Final = (*PRIMARY, "contact_time_s")
"""The straps stay as they are, so the time of contact can be told as well."""
SPEED: Final = "speed_mps"
LAP: Final = re.compile(r"\s*([^\s:,;]+)[:,;]\s*([0-9.:]+)\s*[-,;]\s*([0-9.:]+)\s*")
HOW: Final = "write laps as a:0-120,b:120-240, in s or min:s from the start of the recording"


@dataclass(frozen=True, slots=True)
class Lap:
    """One lap under one condition; s from the start of the recording."""

    condition: str
    start_s: float
    end_s: float


def laps_of(text: str) -> tuple[Lap, ...]:
    """Return the laps in ``a:0-120,b:2:00-4:00``; ValueError with one sentence else."""
    return tuple(_lap(part) for part in text.split(","))


def read_laps(path: Path) -> tuple[Lap, ...]:
    """Return the laps in a text file, one a line: condition, start, end."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        raise ValueError(f"{path} is no text; write a line condition,start,end for each lap") from (
            None
        )
    given = [line for line in lines if line.strip() and not line.startswith("#")]
    return tuple(_lap(line) for line in given)


def marked_laps(root: Path, athlete: str, session: str) -> tuple[Lap, ...]:
    """Return the laps that the runner marked by keys while recording; ValueError without any."""
    raw = session_files(root, athlete, session).raw
    header = read_raw_header(raw) if raw.exists() else {"pods": {}}
    marks = [mark for mark in header.get("marks", ()) if mark["kind"] == "lap"]
    epochs = [epoch for pod in header["pods"].values() for epoch in pod["epochs"]]
    marks.append({"condition": "", "at_s": max((e["stop_s"] for e in epochs), default=0.0)})
    laps = tuple(
        Lap(begun["condition"], begun["at_s"], ended["at_s"])
        for begun, ended in pairwise(marks)
        if begun["condition"] and ended["at_s"] > begun["at_s"]
    )
    if not laps:
        raise ValueError(
            f"no laps were marked in {session}; say where they are: --blocks a:0-120,b:120-240 or "
            "--file FILE"
        )
    return laps


def _lap(text: str) -> Lap:
    if (match := LAP.fullmatch(text)) is None:
        raise ValueError(f"{text!r} is no lap; {HOW}")
    condition, *ends = match.groups()
    start_s, end_s = (_seconds(end) for end in ends)
    if end_s <= start_s:
        raise ValueError(f"the lap {text.strip()} ends before it starts; {HOW}")
    return Lap(condition, start_s, end_s)


def _seconds(text: str) -> float:
    parts = text.split(":")
    try:
        return float(sum(float(part) * 60**i for i, part in enumerate(reversed(parts))))
    except ValueError:
        raise ValueError(f"{text!r} is no time; {HOW}") from None


def blocks_of(laps: tuple[Lap, ...]) -> tuple[tuple[str, str], Blocks]:
    """Return the names of the two conditions, as they come, and the laps; ValueError if not two."""
    ordered = sorted(laps, key=lambda lap: lap.start_s)
    for before, after in pairwise(ordered):
        if after.start_s < before.end_s:
            raise ValueError(
                f"the laps {_shown(before)} and {_shown(after)} overlap; end each before the next"
            )
    names = list(dict.fromkeys(lap.condition for lap in ordered))
    if len(names) != 2:
        raise ValueError(f"laps of {plural(len(names), 'condition')}; two are compared: {HOW}")
    start_s, end_s = (
        np.array([getattr(lap, end) for lap in ordered]) for end in ("start_s", "end_s")
    )
    second = np.array([lap.condition == names[1] for lap in ordered])
    return (names[0], names[1]), Blocks(start_s, end_s, second)


def _shown(lap: Lap) -> str:
    return f"{lap.condition}:{lap.start_s:g}-{lap.end_s:g}"


def compared_laps(
    root: Path, athlete: str, session: str, names: tuple[str, str], blocks: Blocks
) -> Compared:
    """Hold the two conditions of one stored session, run in `blocks`, against each other."""
    frame = store.open(root).read_session(athlete, session).frame
    time_s = frame["initial_contact_s"].to_numpy(dtype=np.float64)
    if not len(time_s) or blocks.start_s[0] >= time_s[-1]:
        raise ValueError(
            f"{session} has no running stances in these laps; give times from the start of the "
            "recording"
        )
    side = frame["side"].to_numpy().astype(str)
    values = {name: frame[name].to_numpy(dtype=np.float64) for name in JUDGED if name in frame}
    result = paired(side, time_s, values, blocks)
    if not np.isfinite(result.difference).any():
        raise ValueError(
            f"a lap of {session} has too few stances: each takes {LEAST_STANCES} of a leg after "
            f"its first {SETTLE_S:g} s; run laps of a minute or more, and check their times"
        )
    speed_mps = frame[SPEED].to_numpy(dtype=np.float64)
    first, second = (_described(blocks, time_s, speed_mps, second=of) for of in (False, True))
    return Compared(first, second, _judged(result, names), ())


def _described(blocks: Blocks, time_s: FloatArray, speed_mps: FloatArray, *, second: bool) -> str:
    """Say how many laps a condition has and how fast they were: a pace is a condition as well."""
    mine = blocks.second == second
    inside = (time_s[:, None] >= blocks.start_s[mine]) & (time_s[:, None] < blocks.end_s[mine])
    return f"{int(mine.sum())} laps{at_pace(speed_mps[inside.any(axis=1)])}"


def _judged(result: Paired, names: tuple[str, str]) -> tuple[Difference, ...]:
    cells: list[tuple[str, CellSide]] = [(name, leg) for name in result.names for leg in SIDES]
    families = [METRICS[name].comparing.family or name for name, _ in cells]
    number = {family: i for i, family in enumerate(dict.fromkeys(families))}
    ends = np.stack([result.difference, result.low, result.high, result.p_value], axis=-1)
    ends = ends.reshape(len(cells), -1)
    found = told(ends[:, -1], np.array([number[f] for f in families]), RATES.same_run)
    than = f"under {names[1]} than under {names[0]}"
    return differences(cells, families, ends, found, than=than)
