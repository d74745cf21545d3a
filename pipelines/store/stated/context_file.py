"""Read and change the context file of a session."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from pipelines.store.atomic import publish_text
from pipelines.store.files import SessionFiles, open_stored
from pipelines.store.layout import refuse_link_out
from pipelines.store.one_writer import one_writer
from pipelines.store.stated.context import KEYS, RunContext, run_context

LARGEST_BYTES: Final = 262_144
HEADING: Final = (
    "# What is known of this run. You may edit it; midstance note writes it anew, without comments."
)


def read_context(files: SessionFiles) -> RunContext:
    """Return what is stated of a session; nothing is without a file.

    OSError or ValueError with one sentence that names the file and, where it is one, the key.
    """
    return parse_context(files.context, context_text(files.context))


def context_text(path: Path) -> str:
    """Return what stands in a context file, "" where there is none."""
    if not path.exists() and not path.is_symlink():
        return ""
    with open_stored(path) as file:
        data = file.read(LARGEST_BYTES + 1)
    if len(data) > LARGEST_BYTES:
        raise ValueError(f"{path} is larger than a context can be; restore it or delete it")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_toml(path, error) from None


def parse_context(path: Path, text: str) -> RunContext:
    """Return the context that `text`, the content of `path`, states."""
    try:
        content = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise _not_toml(path, error) from None
    try:
        return run_context(content)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def change_context(
    files: SessionFiles,
    new: Mapping[str, Any],
    *,
    clear: Sequence[str] = (),
    seen: RunContext | None = None,
) -> RunContext:
    """Change some keys of a session's context and return all of it.

    `new` has values by key; the sites of `pain` and the `tags` join those that are
    there. `clear` names keys to forget, or one site or tag: ``pain.knee``, ``tags.healthy``.
    The file is read again just before it is replaced and nobody else can write in between, so that
    what another editor stated under other keys stays. With `seen`, what the caller has read before,
    a file that has changed since then is refused and stays as it is.
    """
    require_session(files)
    refuse_link_out(files.context)
    files.people.mkdir(parents=True, exist_ok=True)
    with one_writer(files.people):
        before = read_context(files)
        if seen is not None and before != seen:
            raise ValueError(f"{files.context} has changed meanwhile; read it and state it again")
        with _named(files.context):
            known = run_context(_joined(_cleared(asdict(before), clear), new))
        if known != before:
            publish_text(files.context, to_toml(known), replace=True)
    return known


def keep_stated(files: SessionFiles, stated: Mapping[str, Any]) -> None:
    """Keep what was stated as a run was recorded or imported; a context that is there stays."""
    if stated and not files.context.exists():
        change_context(files, stated)


def is_session(files: SessionFiles) -> bool:
    """Tell whether there is a session to state something of, be it one that is being recorded."""
    return any(path.exists() for path in (files.raw, files.stances, files.journal))


def require_session(files: SessionFiles) -> None:
    """Raise FileNotFoundError, in one sentence, where there is no such session."""
    if not is_session(files):
        raise FileNotFoundError(
            f"there is no session {files.session} of {files.athlete} in {files.root}; check its "
            "name"
        )


def require_stances(files: SessionFiles) -> None:
    """Raise, in one sentence, where there is no such session, or it was not processed."""
    if not files.stances.exists():
        require_session(files)
        recorded = files.raw if files.raw.exists() else files.journal
        raise ValueError(f"{files.session} has no stances yet; run midstance process {recorded}")


def stated(known: RunContext) -> dict[str, Any]:
    """Return what is stated, by key: all that is not empty."""
    return {key: value for key, value in asdict(known).items() if value not in (None, "", (), {})}


def to_toml(known: RunContext) -> str:
    """Return the text of a context file; what is not known is left out."""
    given = stated(known)
    pain = given.pop("pain", {})
    lines = [HEADING, *(f"{key} = {_value(value)}" for key, value in given.items())]
    if pain:
        lines += ["", "[pain]", *(f"{site} = {_value(level)}" for site, level in pain.items())]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    # What JSON writes for a truth, a number, a text or a list of texts is also TOML.
    return json.dumps(value, ensure_ascii=False)


def _cleared(known: dict[str, Any], clear: Sequence[str]) -> dict[str, Any]:
    for name in clear:
        key, _, part = name.partition(".")
        if key not in KEYS or (part and key not in ("pain", "tags")):
            raise ValueError(f"there is no {name} to clear; name one of {', '.join(KEYS)}")
        if not part:
            known[key] = None
        elif part not in (known[key] or ()):
            raise ValueError(f"there is no {name} to clear; the file has no {part} under {key}")
        elif key == "pain":
            known[key] = {site: level for site, level in known[key].items() if site != part}
        else:
            known[key] = tuple(tag for tag in known[key] if tag != part)
    return known


def _joined(known: dict[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    pain = {**(known["pain"] or {}), **new.get("pain", {})}
    tags = (*(known["tags"] or ()), *new.get("tags", ()))
    return {**known, **new, "pain": pain, "tags": tags}


@contextmanager
def _named(path: Path) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from None


def _not_toml(path: Path, error: Exception) -> ValueError:
    why = "too deeply nested" if isinstance(error, RecursionError) else str(error)
    return ValueError(f"{path} is not valid TOML ({why}); correct that place")
