"""Compile a loop when it is first called, and keep the machine code on disk."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Loop = TypeVar("Loop", bound=Callable[..., Any])


def compiled(loop: Loop) -> Loop:
    """Return `loop` compiled; its machine code is kept beside it, else in the user's cache folder.

    Where neither can be written (numba looks at NUMBA_CACHE_DIR first), it is compiled anew in each
    process, which takes seconds, not minutes.
    """
    return _compiled(loop, called_from_python=True)


def part_of_loop(loop: Loop) -> Loop:
    """Return `loop` compiled for others that are: what Python would need to call it is left out."""
    return _compiled(loop, called_from_python=False)


def _compiled(loop: Loop, *, called_from_python: bool) -> Loop:
    options = {
        "fastmath": {"contract", "reassoc", "nsz", "arcp"},
        "error_model": "numpy",
        "no_cfunc_wrapper": True,
        "no_cpython_wrapper": not called_from_python,
    }
    jit: Callable[..., Any] = numba.njit
    try:
        made = jit(cache=True, **options)(loop)
    except RuntimeError:  # numba: "cannot cache function: no locator available"
        made = jit(**options)(loop)
    return cast(Loop, made)
