"""Virtual pods in the range of a BlueZ look-alike, for processes of their own to record."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dbus_fast.aio import MessageBus

from bluez.adapter import Adapter
from bluez.object_tree import ObjectTree
from bluez.private_bus import OPEN, private_bus
from pipelines.radio.virtual.link_timing import Air
from pipelines.radio.virtual.pod import VirtualPod
from pipelines.radio.virtual.radio import GOOD_AIR, VirtualRadio, virtual_radio

FORGET_S = 30.0  # as bluetoothd keeps a device that it has no link to


class Notification(NamedTuple):
    """What a pod sent of its own accord and clients were told, once for each session of theirs."""

    address: str
    uuid: str
    value: bytes


@dataclass
class BlueZ:
    """The bus to be named by DBUS_SYSTEM_BUS_ADDRESS, its adapter, the radio behind it.

    `heard` are all notifications of all pods, in the order in which they went to the bus.
    """

    bus_address: str
    virtual: VirtualRadio
    adapter: Adapter
    heard: list[Notification] = field(repr=False)

    def sent_by(self, pod: VirtualPod, uuid: str) -> list[bytes]:
        """Return what `pod` has sent so far on one characteristic."""
        return [n.value for n in self.heard if (n.address, n.uuid) == (pod.address, uuid)]


@asynccontextmanager
async def bluez(
    pods: Sequence[VirtualPod],
    *,
    air: Air = GOOD_AIR,
    policy: str = OPEN,
    plugged_in: bool = True,
    powered: bool = True,
    forget_s: float = FORGET_S,
) -> AsyncIterator[BlueZ]:
    """Switch `pods` on, start the look-alike on a bus of its own, and end both with the block."""
    heard: list[Notification] = []
    adapter: Adapter | None = None

    def left(client: str) -> None:
        if adapter is not None:
            adapter.left(client)

    async with AsyncExitStack() as stack:
        virtual = await stack.enter_async_context(virtual_radio(pods, air=air))
        address = await stack.enter_async_context(private_bus(policy))
        bus = await MessageBus(bus_address=address).connect()
        stack.push_async_callback(bus.wait_for_disconnect)
        stack.callback(bus.disconnect)
        tree = ObjectTree(bus, left)
        stack.push_async_callback(tree.close)

        def hear(*said: Any) -> None:
            heard.append(Notification(*said))

        adapter = Adapter(tree, virtual.radio, hear, powered=powered, forget_s=forget_s)
        stack.push_async_callback(adapter.power, on=False)
        if plugged_in:
            tree.add(adapter.object)
        await tree.open()
        await bus.request_name("org.bluez")
        yield BlueZ(address, virtual, adapter, heard)
