"""Say in which form a date or a time of the day is written, as a mapping names it."""

from __future__ import annotations

import re
from typing import Final

from pipelines.sources.mapping.time_source import ISO
from pipelines.sources.quoting import shown

MONTHS: Final = 12
AS_ISO: Final = re.compile(
    r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d+)?\s*(?:Z|UTC|GMT|[+-]\d\d:?\d\d)?$"
)
DATE_AND_TIME: Final = re.compile(
    r"(?:(\d{1,4})([./-])(\d\d?)[./-](\d{1,4})([ T]+))?"
    r"\d\d?:\d\d:\d\d(?:([.,:])\d+)?(?:( ?)[AaPp][Mm])?$"
)


def form_of(word: str) -> str:
    """Return, quoted, the form in which a date or a time of the day is written: both if of two."""
    word = word.strip()
    if AS_ISO.match(word):
        return shown(ISO)
    found = DATE_AND_TIME.match(word)
    if found is None:
        return "'%d.%m.%Y %H:%M:%S.%f'"
    first, sign, second, last, between, fraction, half = found.groups()
    time = f"{'%I' if half is not None else '%H'}:%M:%S" + (f"{fraction}%f" if fraction else "")
    time += "" if half is None else f"{half}%p"
    if sign is None:
        return shown(time)
    if len(first) == 4:
        return shown(f"%Y{sign}%m{sign}%d{between}{time}")
    year = "%Y" if len(last) == 4 else "%y"
    by_day, by_month = (f"{days}{sign}{year}{between}{time}" for days in _orders(sign))
    if sign == "." or int(first) > MONTHS:
        return shown(by_day)
    if int(second) > MONTHS:
        return shown(by_month)
    return f"{shown(by_day)} if the day comes first, or {shown(by_month)} if the month does,"


def _orders(sign: str) -> tuple[str, str]:
    return f"%d{sign}%m", f"%m{sign}%d"
