"""A radio with virtual pods in range, to be used like the operating system's.

bumble, which simulates it, is the extra ``midstance[sim]`` and is imported only when needed.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from pipelines.errors import not_installed
from pipelines.radio.scan import Radio
from pipelines.radio.trouble import RadioError
from pipelines.radio.virtual.firmware import Firmware
from pipelines.radio.virtual.link_timing import Air
from pipelines.radio.virtual.pod import VirtualPod

# bumble's own log is for whoever asks for it, not for a person's terminal.
logging.getLogger("bumble").addHandler(logging.NullHandler())

GOOD_AIR = Air()
CENTRAL_ADDRESS = "C0:00:00:00:00:01"


@dataclass(frozen=True)
class VirtualRadio:
    """A radio and, by name of the pod, its faults: what cuts its link, takes it away, reboots it.

    A link is cut without a goodbye; a pod goes away for so many seconds. A reboot takes
    the seconds the pod is silent for and, if it is to come back another, that pod.
    """

    radio: Radio
    kill_link: Mapping[str, Callable[[], None]]
    leave: Mapping[str, Callable[[float], Awaitable[None]]]
    reboot: Mapping[str, Callable[..., Awaitable[None]]]
    firmware: Mapping[str, Firmware]


@asynccontextmanager
async def virtual_radio(
    pods: Sequence[VirtualPod], *, air: Air = GOOD_AIR, zero_in_s: float = 0.0
) -> AsyncIterator[VirtualRadio]:
    """Switch `pods` on and yield the radio in whose range they are; switch them off at the end.

    The pods' true time 0 is `zero_in_s` seconds of the running loop from now: what they measure
    before they are started is never seen, so leave time to scan and connect or let the runner
    stand still meanwhile.
    """
    need_bumble()
    from bumble.device import Device
    from bumble.hci import Address
    from bumble.host import Host
    from bumble.transport.common import AsyncPipeSink

    from pipelines.radio.virtual.bumble_backend import backends
    from pipelines.radio.virtual.link import VirtualController, VirtualLink
    from pipelines.radio.virtual.peripheral import Peripheral

    zero_s = asyncio.get_running_loop().time() + zero_in_s
    link = VirtualLink(air)
    controller = VirtualController("central", link=link, public_address=CENTRAL_ADDRESS)
    host = Host(controller, AsyncPipeSink(controller))
    central = Device(name="central", address=Address(CENTRAL_ADDRESS), host=host)
    nearby: list[Firmware] = []
    peripherals = [Peripheral(pod, link, zero_s=zero_s, nearby=nearby) for pod in pods]
    async with AsyncExitStack() as stack:
        await central.power_on()
        stack.push_async_callback(central.power_off)
        for peripheral in peripherals:
            await peripheral.power_on()
            stack.push_async_callback(peripheral.power_off)
        kill_link = {p.pod.name: p.kill_link for p in peripherals}
        leave = {p.pod.name: p.leave for p in peripherals}
        reboot = {p.pod.name: p.reboot for p in peripherals}
        firmware = {p.pod.name: p.firmware for p in peripherals}
        yield VirtualRadio(Radio(*backends(central)), kill_link, leave, reboot, firmware)


def need_bumble() -> None:
    """Raise RadioError, which says what to install, where there is no bumble."""
    try:
        import bumble  # noqa: F401
    except ModuleNotFoundError as error:
        raise RadioError(not_installed("the virtual radio needs bumble, which", "sim")) from error
