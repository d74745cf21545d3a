"""Assign pods nearby to placements: write into the rig which pod is worn where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from imu.frames import PLACEMENTS, Placement
from pipelines.capture.nearby.pods_nearby import NearbyPod, called
from pipelines.store.one_writer import one_writer
from pipelines.store.stated.rig import Rig, RigPod, read_rig, write_rig

EXAMPLE: Final = "pelvis=SERIAL shank_left=SERIAL shank_right=SERIAL"


def wishes(words: Sequence[str]) -> dict[Placement, str]:
    """Return what ``placement=pod`` words ask for; ValueError with one sentence otherwise."""
    asked: dict[Placement, str] = {}
    for word in words:
        place, _, pod = word.partition("=")
        if place not in PLACEMENTS or not pod:
            raise ValueError(f"{word!r} says no pod for a place; give for example {EXAMPLE}")
        if place in asked:
            raise ValueError(f"{place} is given twice; give it one pod")
        asked[place] = pod
    if not asked:
        raise ValueError(f"say which pod is worn where, for example --assign {EXAMPLE}")
    return asked


def assigned(store_root: Path, pods: Sequence[NearbyPod], asked: Mapping[Placement, str]) -> Rig:
    """Write into the rig of a store which of `pods` is worn where, and return the rig.

    Placements that are not asked for keep their pod. Raises ValueError, and changes nothing, where
    a pod is not nearby or would be worn at two placements.
    """
    chosen = {place: called(pods, word) for place, word in asked.items()}
    store_root.mkdir(parents=True, exist_ok=True)
    with one_writer(store_root):
        before = read_rig(store_root)
        _refuse_twice(chosen, before)
        rig = {**before, **{place: _in_rig(pod) for place, pod in chosen.items()}}
        write_rig(store_root, rig)
    return {place: rig[place] for place in PLACEMENTS if place in rig}


def exchanged(store_root: Path, one: Placement, other: Placement) -> None:
    """Exchange the pods of two placements in the rig of a store."""
    turned = {one: other, other: one}
    with one_writer(store_root):
        rig = read_rig(store_root)
        if not {one, other} & set(rig):
            raise ValueError(
                f"rig.toml says nothing of {one} and {other}; midstance pods --assign writes it"
            )
        write_rig(store_root, {turned.get(place, place): pod for place, pod in rig.items()})


def _in_rig(pod: NearbyPod) -> RigPod:
    found = pod.found
    return RigPod(found.protocol.name, found.name, found.address, pod.about.serial)


def _refuse_twice(chosen: Mapping[Placement, NearbyPod], before: Rig) -> None:
    """Raise ValueError where one pod would be worn at two placements."""
    taken = {
        pod.address.casefold(): place
        for place, pod in before.items()
        if place not in chosen and pod.address
    }
    for place, pod in chosen.items():
        address = pod.found.address.casefold()
        if address in taken:
            raise ValueError(
                f"{pod.found.name} ({pod.found.address}) would be worn as {taken[address]} and as "
                f"{place}; assign another pod to one of them in the same command"
            )
        taken[address] = place
