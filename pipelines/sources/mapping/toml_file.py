"""Read a mapping's TOML within limits on its size and depth."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pipelines.sources.limits import Limits, check_file
from pipelines.sources.quoting import first_line


def read_toml(path: Path, limits: Limits) -> dict[str, Any]:
    """Return what a mapping file says; ValueError or OSError in one sentence."""
    check_file(path, "mapping file", limits.mapping_bytes)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except ValueError as error:
        raise ValueError(
            f"{path} is not valid TOML ({first_line(error)}); correct that place"
        ) from None
    return parsed_toml(text, path, limits)


def parsed_toml(text: str, path: Path, limits: Limits) -> dict[str, Any]:
    """Return what TOML says; ValueError in one sentence that names it by `path`."""
    try:
        _check_lines(text, limits)
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError(f"{path} nests values too deeply; write plain keys") from None
    except ValueError as error:  # of tomllib, of the encoding, of an integer of 5000 digits
        raise ValueError(
            f"{path} is not valid TOML ({first_line(error)}); correct that place"
        ) from None


def _check_lines(text: str, limits: Limits) -> None:
    longest = max(map(len, text.splitlines()), default=0)
    if longest > limits.mapping_line:
        raise ValueError(
            f"a line has {longest} characters, and at most {limits.mapping_line} are read"
        )
