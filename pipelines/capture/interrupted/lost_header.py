"""Reconstruct the header of a journal that lost it, from its path, its pods and the rig.

Every assumption is a sentence. Where a pod was worn is never guessed: what is in doubt is refused
with what would settle it, for a wrong leg would look like a right one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Final

from firmware_protocols.protocol import Decoded
from imu.frames import PLACEMENTS, Placement
from pipelines.process.from_journal.decode_journal import decoded_pods
from pipelines.protocols import PROTOCOLS
from pipelines.store.files import check_athlete, check_session
from pipelines.store.journal.format import Header, Journal, Pod
from pipelines.store.journal.reader import read_journal
from pipelines.store.stated.rig import Rig, read_rig

NS: Final = 1e-9
CURE: Final = "write its serial into rig.toml under the place where it was worn, then recover again"


def assumed_header(path: Path, streams: Sequence[int]) -> Header:
    """Return the header that the journal `path` must have had; ValueError where that is in doubt.

    `streams` are the numbers of the pods with packets in it. The file must lie where it was made,
    ``<store>/journal/<athlete>/<session>.journal``.
    """
    athlete, session = check_athlete(path.parent.name), check_session(path.stem)
    unknown = {number: Pod(PLACEMENTS[0], "", "", "") for number in streams}
    journal = read_journal(path, Header(session, athlete, "", 0, unknown))
    spoken = _spoken(journal)
    journal = _speaking(journal, spoken)
    stamps = [packet.host_ns for said in journal.packets.values() for packet in said]
    started_ns = min(stamps)
    began, when = _began(path, session, (max(stamps) - started_ns) * NS)
    devices = {
        number: one.device if isinstance(one, Decoded) else {}
        for number, one in decoded_pods(journal).items()
    }
    worn = _worn(devices, read_rig(path.parents[2]))
    return Header(
        session=session,
        athlete=athlete,
        started_utc=began.isoformat(),
        started_ns=started_ns,
        pods={
            number: Pod(place, "", devices[number].get("serial", ""), spoken[number])
            for number, (place, _) in worn.items()
        },
        assumed=(
            f"the header of the journal is lost; its path says {session} of {athlete}",
            when,
            *(
                f"pod {number} is taken as {_words(place)}: {why}"
                for number, (place, why) in worn.items()
            ),
        ),
    )


def _speaking(journal: Journal, names: Mapping[int, str]) -> Journal:
    """Return the journal as one whose pods speak the protocols of these names."""
    pods = {n: replace(pod, protocol=names[n]) for n, pod in journal.header.pods.items()}
    return replace(journal, header=replace(journal.header, pods=pods))


def _spoken(journal: Journal) -> dict[int, str]:
    """Return for each pod the protocol that gives the most samples, and says the most of the pod.

    A pod whose unit was not received borrows that of others, as in every journal: else a protocol
    that takes a few of its bytes for samples of its own would be believed.
    """
    understood = {}
    for name in PROTOCOLS:
        as_if = _speaking(journal, dict.fromkeys(journal.header.pods, name))
        understood[name] = {n: _understood(one) for n, one in decoded_pods(as_if).items()}
    return {n: max(PROTOCOLS, key=lambda name: understood[name][n]) for n in journal.header.pods}


def _understood(one: Decoded | ValueError) -> tuple[int, int]:
    """Return how many samples a pod gave, and how much it said of itself."""
    if isinstance(one, ValueError):
        return 0, 0
    return sum(len(of.samples) for of in one.samplings), len(one.device.keys() - {"protocol"})


def _began(path: Path, session: str, lasted_s: float) -> tuple[datetime, str]:
    """Return when the recording began: when the file was last written less how long it lasted."""
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(microsecond=0)
    began = changed - timedelta(seconds=round(lasted_s))
    if f"{began:%Y-%m-%d}" == session[:10]:
        return began, "its start is taken from when the file was last changed"
    day = datetime.fromisoformat(session[:10]).replace(tzinfo=UTC)
    return day, f"the time of its start is not known; midnight of {session[:10]} is stored"


def _worn(devices: Mapping[int, Mapping[str, str]], rig: Rig) -> dict[int, tuple[Placement, str]]:
    """Return where each pod was worn and how that is known; ValueError where that is in doubt."""
    worn = {number: _place(number, devices, rig) for number in sorted(devices)}
    for (number, (place, _)), (later, (other, _)) in pairwise(worn.items()):
        if PLACEMENTS.index(place) >= PLACEMENTS.index(other):  # not the recorder's order
            raise ValueError(
                f"pods {number} ({_name(devices[number])}) and {later} ({_name(devices[later])}) "
                f"cannot be {_words(place)} and {_words(other)}, for the recorder numbers pods in "
                f"the order {', '.join(map(_words, PLACEMENTS))}; {CURE}"
            )
    return worn


def _place(
    number: int, devices: Mapping[int, Mapping[str, str]], rig: Rig
) -> tuple[Placement, str]:
    """Find the place of a pod by its serial in the rig, else by its role and its number.

    The recorder numbers the pods in the order of `PLACEMENTS`.
    """
    serial, role = devices[number].get("serial"), devices[number].get("role")
    for place, pod in rig.items():
        if serial and pod.serial == serial:
            return place, f"rig.toml has {serial} there"
    by_number = PLACEMENTS[number - 1] if max(devices) == len(PLACEMENTS) else None
    by_role = next((place for place in PLACEMENTS if place == role), None)
    if by_role and by_number in (by_role, None):
        return by_role, f"that is the role it reports ({_name(devices[number])})"
    if by_number and not by_role:
        return by_number, f"it was number {number} of {len(PLACEMENTS)} pods"
    raise ValueError(
        f"where pod {number} ({_name(devices[number])}) was worn is not known, for the header of "
        f"the journal is lost; {CURE}"
    )


def _name(device: Mapping[str, str]) -> str:
    return device.get("serial", "") or "its serial was not received"


def _words(place: Placement) -> str:
    return place.replace("_", " ")
