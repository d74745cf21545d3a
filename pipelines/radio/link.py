"""Hold a link to one pod.

Written against bleak's public interface only, so the same code runs over the operating system's
Bluetooth and over the virtual radio.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from bleak import BleakClient
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.device import BLEDevice
from bleak.exc import BleakError

from firmware_protocols.protocol import Packet, Protocol
from pipelines.radio.scan import Found, Radio
from pipelines.radio.trouble import plain_words

OnPacket = Callable[[Packet], None]
MakeSafe = Callable[[], None]
ClockNs = Callable[[], int]


@dataclass(eq=False)
class Link:
    """An open connection to one pod. `lost` is set when it has gone, for whatever reason.

    `kept` are the notifications, by channel, that the conversation has not taken yet; `arrived` is
    set when there is a new one. `make_safe` returns once all packets are safe from a crash.
    """

    client: BleakClient
    protocol: Protocol
    on_packet: OnPacket
    clock_ns: ClockNs
    make_safe: MakeSafe = field(default=lambda: None, repr=False)
    lost: asyncio.Event = field(default_factory=asyncio.Event)
    subscribed: set[int] = field(default_factory=set, repr=False)
    kept: dict[int, deque[bytes]] = field(default_factory=dict, repr=False)
    arrived: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    @property
    def att_mtu(self) -> int:
        """The longest packet of the link, 3 bytes of header included; 0 where that is not known.

        BlueZ says it with each characteristic only, and bleak's client 23 for it.
        """
        of_each = [characteristic(self, k) for k in range(len(self.protocol.channels))]
        sizes = [one.max_write_without_response_size for one in of_each if one is not None]
        return max(sizes) + 3 if sizes else 0


@asynccontextmanager
async def connect(
    radio: Radio,
    pod: Found,
    on_packet: OnPacket,
    *,
    clock_ns: ClockNs,
    timeout_s: float = 10.0,
    make_safe: MakeSafe = lambda: None,
) -> AsyncIterator[Link]:
    """Hold a link to `pod` open; on leaving it is closed, also when it was lost meanwhile.

    Everything the pod says afterwards is given to `on_packet`, stamped by `clock_ns` on arrival;
    where a pod is to erase it then, `make_safe` is called before, in a thread. A new client is made
    for every connection: reusing one delivers notifications twice on some systems.
    """
    lost = asyncio.Event()

    def client_of(device: BLEDevice | str) -> BleakClient:
        return BleakClient(
            device, lambda _: lost.set(), timeout=timeout_s, backend=radio.client_backend
        )

    client = client_of(pod.device)
    try:
        with plain_words(f"{pod.name}: cannot connect"):
            # bleak's own time limit does not cover the discovery of services everywhere.
            async with radio.connecting, asyncio.timeout(2 * timeout_s):
                try:
                    await client.connect()
                except BleakError as error:
                    # BlueZ forgets a pod half a minute after its link was lost: scan for it.
                    if radio.client_backend is not None or "not found" not in str(error):
                        raise
                    client = client_of(pod.address)
                    await client.connect()
        yield Link(client, pod.protocol, on_packet, clock_ns, make_safe, lost)
    finally:
        lost.set()
        with suppress(BleakError, OSError, EOFError):
            await client.disconnect()


def characteristic(link: Link, channel: int) -> BleakGATTCharacteristic | None:
    """Return what a channel is on this pod; None where it does not have it."""
    return link.client.services.get_characteristic(link.protocol.channels[channel])
