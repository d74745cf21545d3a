"""Choose the pod for each placement, from the pods nearby and the rig."""

from collections.abc import Mapping, Sequence

from imu.frames import PLACEMENTS, Placement
from pipelines.radio.scan import Found
from pipelines.radio.trouble import RadioError
from pipelines.store.journal.format import Pod
from pipelines.store.stated.rig import Rig


def choose(
    found: Sequence[Found], rig: Rig, *, allow_missing: bool = False
) -> dict[Placement, Found]:
    """Return the pod for each placement of the rig; without a rig, by what the pods are called.

    Raises RadioError when a pod of the rig is not there (unless `allow_missing`) or none is, and
    ValueError when two pods could be meant.
    """
    chosen: dict[Placement, Found] = {}
    for place in PLACEMENTS:
        fits = fitting(found, place, rig)
        if len(fits) > 1:
            raise ValueError(
                f"{place}: {' and '.join(sorted(pod.address for pod in fits))} both "
                f"advertise the name {fits[0].name}; write the address of the right one into "
                "rig.toml"
            )
        if fits:
            chosen[place] = fits[0]
    missing = [place for place in PLACEMENTS if place in rig and place not in chosen]
    if missing and not allow_missing:
        raise RadioError(
            f"{', '.join(missing)}: no such pod nearby; switch it on and bring it closer, "
            "or record without it (--allow-missing)"
        )
    if not chosen:
        raise RadioError(_none(found))
    return chosen


def fitting(
    found: Sequence[Found], place: Placement, rig: Rig, *, elsewhere: str = ""
) -> list[Found]:
    """Return the pods that may be worn at `place`; the one of address `elsewhere` is none."""
    found = [pod for pod in found if not _same(pod.address, elsewhere)]
    if not rig:
        return [pod for pod in found if pod.protocol.worn.get(pod.name) == place]
    if (wanted := rig.get(place)) is None:
        return []
    known = [pod for pod in found if pod.protocol.name == wanted.protocol]
    by_address = [pod for pod in known if _same(pod.address, wanted.address)]
    # Every Mac makes up its own addresses, and a strange address must not cost a run.
    return by_address or [pod for pod in known if _same(pod.name, wanted.name)]


def _same(said: str, wanted: str) -> bool:
    return bool(wanted) and said.casefold() == wanted.casefold()


def _none(found: Sequence[Found]) -> str:
    if not found:
        return "no pod nearby; switch the pods on and bring them closer"
    names = ", ".join(sorted(pod.name for pod in found))
    return (
        f"none of the pods nearby ({names}) is known; write into rig.toml which one is worn where"
    )


def numbered(pods: Mapping[Placement, Found]) -> dict[int, Pod]:
    """Return the pods as the header of a journal has them, by the number of their stream."""
    return {
        number: Pod(place, found.address, found.name, found.protocol.name)
        for number, (place, found) in enumerate(pods.items(), start=1)
    }
