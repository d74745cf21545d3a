"""Look at Bluetooth as the recorder will use it, and at the pods in its range."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.capture.nearby.pod_choice import choose
from pipelines.doctor.condition import Condition
from pipelines.formatting import plural
from pipelines.protocols import PROTOCOLS
from pipelines.radio.scan import Found, Radio, scan
from pipelines.radio.trouble import RadioError
from pipelines.store.stated.rig import Rig


async def bluetooth_conditions(radio: Radio, rig: Rig, *, scan_s: float) -> list[Condition]:
    """Say whether there is an adapter to use and, unless `scan_s` is 0, which pods it hears."""
    # Listening for no time at all still asks for adapter, power and permission.
    try:
        found = await scan(radio, tuple(PROTOCOLS.values()), timeout_s=scan_s)
    except RadioError as error:
        return [Condition("Bluetooth", "wrong", str(error))]
    adapter = Condition("Bluetooth", "ok", "an adapter is on, and this program may use it")
    return [adapter, _pods(found, rig)] if scan_s else [adapter]


def _pods(found: Sequence[Found], rig: Rig) -> Condition:
    """Say what the recorder would make of the pods nearby."""
    try:
        chosen = choose(found, rig)
    except (RadioError, ValueError) as error:
        cure = "midstance pods --assign says who is worn where" if found else ""
        return Condition("pods", "wrong", str(error), cure)
    worn = ", ".join(
        f"{place.replace('_', ' ')} {pod.name} ({pod.rssi_dbm} dBm)"
        for place, pod in chosen.items()
    )
    return Condition("pods", "ok", f"{plural(len(chosen), 'pod')} nearby to be worn: {worn}")
