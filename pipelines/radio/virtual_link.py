"""bumble's link, which delivers at once, with the timing of real `Air`."""

import asyncio
from random import Random
from typing import TYPE_CHECKING

from bumble.core import PhysicalTransport
from bumble.hci import Address, HCI_ErrorCode
from bumble.link import LocalLink

from pipelines.radio.virtual_air import Air, Lane, book

if TYPE_CHECKING:
    from bumble.controller import Controller


class _InOrder(dict["Controller", None]):
    """A set that is walked in the order of adding, the same in every run."""

    def add(self, controller: "Controller") -> None:
        self[controller] = None

    def remove(self, controller: "Controller") -> None:
        del self[controller]


class VirtualLink(LocalLink):
    """bumble's link with the timing of `Air`, deterministic for a given seed."""

    def __init__(self, air: Air) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.controllers = _InOrder()  # type: ignore[assignment]
        self.air = air
        self._random = Random(air.seed)
        self._phases: dict[frozenset[str], float] = {}
        self._lanes: dict[tuple[str, str], Lane] = {}

    def send_acl_data(
        self,
        sender_controller: "Controller",
        destination_address: Address,
        transport: PhysicalTransport,
        data: bytes,
    ) -> None:
        """Deliver `data` at the next connection event that has room and is not missed."""
        receiver = self.find_le_controller(destination_address)
        if receiver is None:
            return
        source = sender_controller.random_address
        way = (str(source), str(destination_address))
        lane = self._lane(*way)
        loop = asyncio.get_running_loop()

        def deliver() -> None:
            # What was on its way when the connection ended never arrives.
            if self._lanes.get(way) is lane and source in receiver.le_connections:
                receiver.on_link_acl_data(source, transport, data)

        loop.call_at(book(lane, loop.time(), self.air, self._random), deliver)

    def cut(self, controller: "Controller") -> None:
        """Lose every link of `controller` without a goodbye, as when walking out of range."""
        for connection in list(controller.le_connections.values()):
            here, there = str(connection.self_address), str(connection.peer_address)
            self._lanes.pop((here, there), None)
            self._lanes.pop((there, here), None)
            self._phases.pop(frozenset((here, there)), None)
            peer = self.find_le_controller(connection.peer_address)
            controller.on_le_disconnected(connection, HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR)
            if peer is not None and (other := peer.le_connections.get(connection.self_address)):
                peer.on_le_disconnected(other, HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR)

    def _lane(self, source: str, destination: str) -> Lane:
        if (source, destination) not in self._lanes:
            pair = frozenset((source, destination))
            phase_s = self._phases.setdefault(pair, self._random.uniform(0, self.air.interval_s))
            self._lanes[source, destination] = Lane(phase_s)
        return self._lanes[source, destination]
