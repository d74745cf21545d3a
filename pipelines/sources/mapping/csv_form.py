"""Check what a mapping says of the form of a table as text: the keys under ``[csv]``."""

from __future__ import annotations

import codecs
from typing import Any, Final

from pipelines.sources.limits import Limits
from pipelines.sources.mapping.values import check_keys, is_name
from pipelines.sources.quoting import shown

BLANKS: Final = r"\s+"  # any number of blanks between the columns
TAB_IN_WORDS: Final = r"\t"  # what single quotes of TOML make of it
SEPARATORS: Final = (*",;|:\t #~^&!%$@/*", BLANKS)
DECIMALS: Final = (".", ",")
WORDS: Final = ("skip", "missing")
CSV_KEYS: Final = (
    "separator",
    "decimal",
    "skip_rows",
    "header",
    "comment",
    "encoding",
    "fill",
    *WORDS,
)
MOST_WORDS: Final = 100


def checked_csv(csv: Any, limits: Limits) -> dict[str, Any]:
    """Return what stands under ``[csv]``, words as lists; ValueError for what cannot be meant."""
    check_keys(csv, CSV_KEYS, "[csv]")
    if csv.get("separator") == TAB_IN_WORDS:
        csv = {**csv, "separator": "\t"}
    for key, legal in (("separator", SEPARATORS), ("decimal", DECIMALS)):
        word = csv.get(key, ",")
        if not isinstance(word, str) or word not in legal:
            raise ValueError(f"{key} is {shown(word)}; give one character, such as ',' or '.'")
    rows = csv.get("skip_rows", 0)
    if isinstance(rows, bool) or not isinstance(rows, int) or not 0 <= rows <= limits.skip_rows:
        raise ValueError(
            f"skip_rows is {shown(rows)}; give a whole number, 0 or more (up to {limits.skip_rows})"
        )
    _check_header(csv.get("header"), limits)
    _check_comment(csv.get("comment"))
    _check_encoding(csv.get("encoding"))
    given = [*WORDS, *(["fill"] if "fill" in csv else [])]
    return {**csv, **{key: _words(key, csv.get(key, [])) for key in given}}


def _check_header(header: Any, limits: Limits) -> None:
    if header is None:
        return
    if not isinstance(header, list) or not header or not all(isinstance(x, str) for x in header):
        raise ValueError(f"header is {shown(header)}; list the name of each column")
    if len(header) > limits.columns:
        raise ValueError(f"header has {len(header)} names, and at most {limits.columns} are read")
    named = [name for name in header if name]
    if twice := sorted({name for name in named if named.count(name) > 1}):
        raise ValueError(f"header has {shown(twice[0])} twice; give each column its own name")


def _check_comment(comment: Any) -> None:
    if comment is None:
        return
    if not is_name(comment) or comment[:1].isdigit() or comment[:1] in "+-.":
        raise ValueError(
            f"comment is {shown(comment)}; give the signs with which such rows begin, as '#'"
        )


def _check_encoding(encoding: Any) -> None:
    if encoding is None:
        return
    try:
        known = isinstance(encoding, str) and codecs.lookup(encoding)._is_text_encoding
    except (LookupError, ValueError):
        known = False
    if not known:
        raise ValueError(f"encoding is {shown(encoding)}; give one like 'utf-8' or 'cp1252'")


def _words(key: str, words: Any) -> list[str]:
    given = [words] if isinstance(words, str) else words
    if not isinstance(given, list) or len(given) > MOST_WORDS or not all(map(is_name, given)):
        raise ValueError(f"{key} is {shown(words)}; list words, such as ['battery']")
    if numbers := [word for word in given if key == "skip" and _is_number(word)]:
        raise ValueError(
            f"{key} holds {shown(numbers[0])}, with which rows of samples may begin; give a word"
        )
    return given


def _is_number(word: str) -> bool:
    try:
        float(word.replace(",", "."))
    except ValueError:
        return False
    return True
