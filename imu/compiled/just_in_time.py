"""Compile a loop when it is first called, and keep the machine code on disk."""

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

import numba

Loop = TypeVar("Loop", bound=Callable[..., Any])


OPTIONS: Final = {
    "fastmath": {"contract", "reassoc", "nsz", "arcp"},
    "error_model": "numpy",
    "no_cfunc_wrapper": True,
}


def compiled(loop: Loop) -> Loop:
    """Return `loop` compiled; its machine code is kept beside it, else in the user's cache folder.

    Where neither can be written (numba looks at NUMBA_CACHE_DIR first), it is compiled anew in each
    process, which takes seconds, not minutes.
    """
    jit: Callable[..., Any] = numba.njit
    try:
        made = jit(cache=True, **OPTIONS)(loop)
    except RuntimeError:  # numba: "cannot cache function: no locator available"
        made = jit(**OPTIONS)(loop)
    return cast(Loop, made)


def part_of_loop(loop: Loop) -> Loop:
    """Return `loop` compiled for one in the same file, which is kept with it.

    What Python would need to call it is left out: that takes as long to compile as some loops do.
    """
    jit: Callable[..., Any] = numba.njit
    return cast(Loop, jit(no_cpython_wrapper=True, **OPTIONS)(loop))
