"""What the operating system refused, and any other error, as one sentence for a person."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Final

NO_ROOM: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
NO_ENTRY: Final = {errno.EROFS, errno.EACCES, errno.EPERM}


def in_words(error: Exception) -> str:
    """Return what happened as one line; the operating system's own errors get words of ours."""
    if isinstance(error, OSError) and error.strerror:
        what = f"{error.filename or 'a file'}: {error.strerror.lower()}"
        if error.errno in NO_ROOM:
            return f"{what}; free some disk space and run it again"
        if error.errno in NO_ENTRY:
            return f"{what}; make it readable and writable, or name another path"
        return f"{what}; name another path"
    return " ".join(str(error).splitlines())


def cannot_open(path: Path, error: OSError) -> str:
    """Return the sentence for a file or folder that cannot be read."""
    if error.strerror is None:
        return str(error)
    return f"{path} cannot be opened ({error.strerror.lower()}); make it readable or move it away"


def cannot_write(path: Path, error: OSError) -> OSError:
    """Return `error` as an OSError whose text says what to do next; others come back unchanged."""
    if error.errno in NO_ROOM:
        text = f"no space left for {path}; free some disk space and run it again, nothing was lost"
    elif error.errno in NO_ENTRY:
        text = f"cannot write {path}: the folder is read-only; make it writable or name another"
    else:
        return error
    sentence = type(error)(text)
    sentence.errno = error.errno
    return sentence


def not_installed(what: str, extra: str) -> str:
    """Return what to do where a package of an extra is missing: ``SQL needs DuckDB, which``."""
    return f'{what} is not installed; run pip install "midstance[{extra}]"'


def no_use_for(given: Iterable[str], known: Sequence[str]) -> str:
    """Return what to say of the keys in `given` that are not `known`, "" where all of them are.

    A key that is nearly one of the known is answered with that one.
    """
    unknown = sorted(set(given) - set(known))
    if not unknown:
        return ""
    meant = {key: get_close_matches(key, known, n=1, cutoff=0.7) for key in unknown}
    words = [f"{key} (did you mean {near[0]}?)" if near else key for key, near in meant.items()]
    return f"has no use for {', '.join(words)}; use {', '.join(known)}"
