"""What the worker hands over to the pages: small records, made of texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pipelines.report.standing import Standing


@dataclass(frozen=True, slots=True)
class Run:
    """One session as the calendar shows it; texts, empty where nothing is known."""

    session: str
    day: date
    clock: str
    grade: str
    grade_words: str
    running: str
    pace: str
    stated: tuple[tuple[str, str], ...]
    excluded: str
    problem: str


@dataclass(frozen=True, slots=True)
class Week:
    """The runs of one week, the latest first, and what they come to."""

    monday: date
    runs: tuple[Run, ...]
    running: str
    distance: str
    dose: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """One measure of one leg: drawn, and in words where it lies and what changed."""

    side: str
    svg: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """One primary measure with the charts of its legs; `changed` where anything of it is named.

    `between` says of left against right that it lies outside; empty where it does not.
    """

    name: str
    label: str
    unit: str
    charts: tuple[Chart, ...]
    between: str
    changed: bool


@dataclass(frozen=True, slots=True)
class AthletePage:
    """All that the page of a runner shows; `weeks_table` has rows under `weeks_head`.

    `reference` says which runs are her usual, `reference_problem` why those chosen cannot be.
    `together` says which measures name a leg only when taken together, empty where none do.
    `chosen` is what she chose, empty by rule. `choices` are words that periods may be chosen by.
    """

    stands: Standing
    weeks_words: str
    weeks_changes: tuple[str, ...]
    weeks_head: tuple[str, ...]
    weeks_table: tuple[tuple[str, ...], ...]
    weeks_about: tuple[str, ...]
    together: str
    measures: tuple[Measure, ...]
    calendar: tuple[Week, ...]
    reference: str
    reference_problem: str
    chosen: str
    choices: tuple[str, ...]
    cautions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SessionPage:
    """One run. `run` is its row of the calendar, None before its stances were found.

    `pods` has a row for each, as in the report; `raw` says whether its samples are kept, so that it
    can be processed again; `movement` are start and stop in s of the movement that was declared.
    `before` and `after` are the neighbours by time, empty at an end.
    """

    athlete: str
    session: str
    run: Run | None
    grade_words: str
    reasons: tuple[str, ...]
    pods: tuple[dict[str, str], ...]
    raw: bool
    movement: tuple[float, float] | None
    before: str
    after: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class AnswerChart:
    """One column `up` against another `along`, drawn, and which others may be chosen for each."""

    svg: str
    along: str
    up: str
    alongs: tuple[str, ...]
    ups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The first `rows` of what was asked in SQL, under `head`; `cut` where there are more.

    `chart` is of these rows, None where no two columns can be drawn.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    cut: bool
    chart: AnswerChart | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """What a column of a table means."""

    table: str
    name: str
    unit: str
    label: str
    definition: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both groups in words, the families that differ with their sentences, and the rest."""

    first: str
    second: str
    different: tuple[tuple[str, tuple[str, ...]], ...]
    rest: tuple[str, ...]
    about: str
    cautions: tuple[str, ...]
