"""Read and write the rig, ``<store>/rig.toml``: which pod is worn where."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

from imu.frames import PLACEMENTS, Placement
from pipelines.errors import cannot_open, no_use_for
from pipelines.store.atomic import publish_text

RIG: Final = "rig.toml"


@dataclass(frozen=True, slots=True)
class RigPod:
    """How to know one pod again: by its address, else by the name it advertises.

    A serial can only be read once a pod is connected: it is checked then. On macOS every machine
    makes up its own addresses.
    """

    protocol: str
    name: str = ""
    address: str = ""
    serial: str = ""


Rig = Mapping[Placement, RigPod]


def read_rig(store_root: Path) -> dict[Placement, RigPod]:
    """Return the rig of a store, empty if none was written; ValueError names what is wrong."""
    path = Path(store_root) / RIG
    if not path.exists():
        return {}
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(cannot_open(path, error)) from error
    except ValueError as error:
        raise ValueError(f"{path} cannot be read ({error}); correct or delete it") from error
    rig: dict[Placement, RigPod] = {}
    if wrong := no_use_for(tables, PLACEMENTS):
        raise ValueError(f"{path} {wrong}")
    for place in PLACEMENTS:
        if place in tables:
            rig[place] = _pod(f"{path}: {place}", tables[place])
    _check(rig)
    return rig


def write_rig(store_root: Path, rig: Rig) -> Path:
    """Write the rig of a store, replacing the one it had, and return its path."""
    _check(rig)
    path = Path(store_root) / RIG
    tables = [_table(place, rig[place]) for place in PLACEMENTS if place in rig]
    text = "# Which pod is worn where. A pod is known by its address or else its name.\n\n"
    publish_text(path, text + "\n".join(tables), replace=True)
    return path


_WORDS: Final = tuple(f.name for f in fields(RigPod))


def _pod(where: str, table: Any) -> RigPod:
    if not isinstance(table, dict) or not all(isinstance(v, str) for v in table.values()):
        raise ValueError(f'{where} must be a table of words in quotes, such as name = "ORP-PEL"')
    if wrong := no_use_for(table, _WORDS):
        raise ValueError(f"{where} {wrong}")
    if "protocol" not in table:
        raise ValueError(f'{where} has no protocol; add one, such as protocol = "orp_v1"')
    return RigPod(**table)


def _check(rig: Rig) -> None:
    for place, pod in rig.items():
        if not (pod.name or pod.address):
            raise ValueError(f"the pod of {place} has no name and no address; give it one")
        if any(re.search(r"[\x00-\x1f\x7f]", word) for word in asdict(pod).values()):
            raise ValueError(f"the pod of {place} has control characters in its words; remove them")
    for what in ("address", "serial"):
        words = [word for pod in rig.values() if (word := getattr(pod, what))]
        if twice := {word for word in words if words.count(word) > 1}:
            raise ValueError(
                f"{what} {twice.pop()} is given for two placements; correct one of them"
            )


def _table(place: Placement, pod: RigPod) -> str:
    # What JSON writes for a string without control characters is a TOML string too.
    words = [
        f"{key} = {json.dumps(word, ensure_ascii=False)}\n"
        for key, word in asdict(pod).items()
        if word
    ]
    return f"[{place}]\n{''.join(words)}"
