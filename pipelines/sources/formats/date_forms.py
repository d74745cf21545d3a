"""Say in which form a date or a time of the day is written, as a mapping names it."""

from __future__ import annotations

import re
from typing import Final

from pipelines.sources.mapping.time_source import ISO
from pipelines.sources.quoting import shown

MONTHS: Final = 12
MOST_DAYS: Final = 31
AS_ISO: Final = re.compile(
    r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d+)?\s*"
    r"(?:(?:UTC|GMT)?(?:Z|[+-]\d\d:?\d\d)?(?:\[\w+(?:/\w+)*\])?)$"
)
ZONE_NAME: Final = re.compile(r" (?!AM|PM)[A-Z]{3,5}$")
BY_MONTH_NAME: Final = re.compile(
    r"\d\d?([ -])([A-Za-z]{3,9})[ -]\d{4}([ T]+)\d\d?:\d\d:\d\d([.,]\d+|)(?:( ?)[AaPp][Mm])?$"
)
DATE_AND_TIME: Final = re.compile(
    r"(?:(\d{1,4})([./-])(\d\d?)[./-](\d{1,4})([ T]+))?"
    r"\d\d?:\d\d:\d\d(?:([.,:])\d+)?(?:( ?)[AaPp][Mm])?$"
)


def write_form(word: str, otherwise: str) -> str:
    """Return what to write in a mapping for dates like `word`, which are not read as they stand.

    `otherwise` is what to correct if it is none.
    """
    form = form_of(word)
    if not form:
        return f"export it as 2026-11-20 14:05:09.123, for no form is known for it; or {otherwise}"
    return f"write time_unit = {form} in the mapping if dates are so written, or {otherwise}"


def form_of(word: str) -> str:
    """Return, quoted, the form in which a date or a time of the day is written: both if of two.

    Empty where no form is known.
    """
    word = word.strip()
    if AS_ISO.match(word):
        return shown(ISO)
    return _by_names(word) or _by_numbers(word)


def _by_names(word: str) -> str:
    """Return the same of a date with the name of a zone or a month, empty without one."""
    if (named := ZONE_NAME.search(word)) is not None:
        return _with_zone_name(word[: named.start()], named.group())
    if (month := BY_MONTH_NAME.match(word)) is not None:
        return _by_month_name(*month.groups())
    return ""


def _by_numbers(word: str) -> str:
    found = DATE_AND_TIME.match(word)
    if found is None:
        return ""
    first, sign, second, last, between, fraction, half = found.groups()
    time = f"{'%I' if half is not None else '%H'}:%M:%S" + (f"{fraction}%f" if fraction else "")
    time += "" if half is None else f"{half}%p"
    if sign is None:
        return shown(time)
    if len(first) == 4:
        return shown(f"%Y{sign}%m{sign}%d{between}{time}")
    year = "%Y" if len(last) == 4 else "%y"
    by_day, by_month = (f"{days}{sign}{year}{between}{time}" for days in _orders(sign))
    if len(last) < 4 and int(second) <= MONTHS and sign != "/":
        by_year = f"%y{sign}%m{sign}%d{between}{time}"
        if int(first) > MOST_DAYS:
            return shown(by_year)
        return f"{shown(by_day)} if the day comes first, or {shown(by_year)} if the year does,"
    if sign == "." or int(first) > MONTHS:
        return shown(by_day)
    if int(second) > MONTHS:
        return shown(by_month)
    return f"{shown(by_day)} if the day comes first, or {shown(by_month)} if the month does,"


def _with_zone_name(word: str, name: str) -> str:
    """Return the form of a date with the name of its zone: as it stands, for few are of one."""
    form = form_of(word)
    if not form:
        return ""
    if form == shown(ISO):
        sign = "T" if "T" in word else " "
        fraction = ".%f" if "." in word else ",%f" if "," in word else ""
        form = shown(f"%Y-%m-%d{sign}%H:%M:%S{fraction}")
    end = "%f'" if "%f'" in form else "%S'"
    zoned = form.replace(end, f"{end[:-1]}{name}'")
    return f"{zoned} and time_zone, such as 'Europe/Berlin', for where{name} is,"


def _by_month_name(sign: str, name: str, between: str, fraction: str, half: str | None) -> str:
    month = "%b" if len(name) == SHORT else "%B"
    time = f"{'%I' if half is not None else '%H'}:%M:%S" + (f"{fraction[0]}%f" if fraction else "")
    return shown(f"%d{sign}{month}{sign}%Y{between}{time}" + ("" if half is None else f"{half}%p"))


SHORT: Final = 3
"""Letters of a month's name; May is taken for short."""


def _orders(sign: str) -> tuple[str, str]:
    return f"%d{sign}%m", f"%m{sign}%d"
