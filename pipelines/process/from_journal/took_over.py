"""Join what several pods said that were worn at one place, one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from firmware_protocols.protocol import Decoded

if TYPE_CHECKING:
    from pipelines.store.journal.format import Pod

Streams = Mapping[int, Decoded | ValueError]


def one_per_place(pods: Mapping[int, Pod], decoded: Streams) -> dict[int, Decoded | ValueError]:
    """Return one record for each placement, under the number of the pod worn there last.

    Each sampling of each pod is one of the joined record, in the order in which they began. A pod
    that cannot be used costs only its own samples, unless none there can.
    """
    joined: dict[int, Decoded | ValueError] = {}
    for place in dict.fromkeys(pod.placement for pod in pods.values()):
        numbers = [number for number in decoded if pods[number].placement == place]
        usable = {n: one for n in numbers if isinstance(one := decoded[n], Decoded)}
        worn = {n: one for n, one in usable.items() if len(one.samples)} or usable
        if not worn:
            joined[numbers[-1]] = decoded[numbers[-1]]
        elif len(worn) == 1:
            joined |= worn
        else:
            joined[max(worn)] = _one(list(worn.values()))
    return joined


def _one(pods: Sequence[Decoded]) -> Decoded:
    samplings = [said for pod in pods for said in pod.samplings if len(said.arrival)]
    *earlier, last = sorted(samplings, key=lambda said: float(said.arrival[:, 1].min()))
    trouble = Counter[str]()
    for pod in pods:
        trouble.update(pod.trouble)
    return replace(
        last, earlier=tuple(earlier), trouble=dict(trouble), battery_pct=pods[-1].battery_pct
    )
