"""bumble's link with the delays of `Air`, and its controller with three faults corrected."""

import asyncio
from random import Random

from bumble.controller import Controller
from bumble.core import PhysicalTransport
from bumble.hci import (
    Address,
    HCI_Command,
    HCI_ErrorCode,
    HCI_LE_Connection_Complete_Event,
    HCI_LE_Extended_Advertising_Report_Event,
    HCI_StatusReturnParameters,
    Phy,
    Role,
)
from bumble.link import LocalLink
from bumble.ll import AdvExtInd, AdvInd

from pipelines.radio.virtual.link_timing import Air, Lane, book

RSSI_DBM = -50
_Event = HCI_LE_Extended_Advertising_Report_Event.EventType


class VirtualController(Controller):
    """bumble's controller, which cuts no frame in pieces and can give up connecting.

    A scan response is what the peripheral set, where bumble's repeats the advertisement.
    """

    le_acl_data_packet_length = 251  # bumble's default of 27 makes ten packets of every frame

    def on_hci_le_create_connection_cancel_command(
        self, _: HCI_Command
    ) -> HCI_StatusReturnParameters:
        """Forget the connection asked for; bumble's own goes on waiting for it for ever."""
        wanted = self.pending_le_connection
        if wanted is None:
            return HCI_StatusReturnParameters(HCI_ErrorCode.COMMAND_DISALLOWED_ERROR)
        self.pending_le_connection = None
        gone = HCI_LE_Connection_Complete_Event(
            status=HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR,
            connection_handle=0,
            role=Role.CENTRAL,
            peer_address_type=wanted.peer_address_type,
            peer_address=wanted.peer_address,
            connection_interval=0,
            peripheral_latency=0,
            supervision_timeout=0,
            central_clock_accuracy=0,
        )
        asyncio.get_running_loop().call_soon(self.send_hci_packet, gone)
        return HCI_StatusReturnParameters(HCI_ErrorCode.SUCCESS)

    def on_advertising_pdu(self, pdu: AdvInd | AdvExtInd) -> None:
        """Report what was advertised, and the scan response."""
        scans, self.le_scan_enable = self.le_scan_enable, False
        peer = self.link.find_le_controller(pdu.advertiser_address) if self.link else None
        if scans and peer is not None:
            self._report(pdu, _Event.CONNECTABLE_ADVERTISING | _Event.SCANNABLE_ADVERTISING)
            (advertising,) = peer.advertising_sets.values()
            response = bytes(advertising.scan_response_data)
            self._report(AdvInd(pdu.advertiser_address, response), _Event.SCAN_RESPONSE)
        super().on_advertising_pdu(pdu)  # which connects, where that is wanted
        self.le_scan_enable = scans

    def _report(self, pdu: AdvInd | AdvExtInd, kind: int) -> None:
        report = HCI_LE_Extended_Advertising_Report_Event.Report(
            event_type=kind,
            address_type=pdu.advertiser_address.address_type,
            address=pdu.advertiser_address,
            primary_phy=Phy.LE_1M,
            secondary_phy=Phy.LE_1M,
            advertising_sid=0,
            tx_power=0,
            rssi=RSSI_DBM,
            periodic_advertising_interval=0,
            direct_address_type=0,
            direct_address=Address.ANY,
            data=pdu.data,
        )
        self.send_hci_packet(HCI_LE_Extended_Advertising_Report_Event([report]))


class _InOrder(dict[Controller, None]):
    """A set that is walked in the order of adding, the same in every run."""

    def add(self, controller: Controller) -> None:
        self[controller] = None

    def remove(self, controller: Controller) -> None:
        del self[controller]


class VirtualLink(LocalLink):
    """bumble's link with the timing of `Air`, deterministic for a given seed.

    `air_of` has that of single devices, by address.
    """

    def __init__(self, air: Air) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.controllers = _InOrder()  # type: ignore[assignment]
        self.air = air
        self.air_of: dict[str, Air] = {}
        self._random = Random(air.seed)
        self._phases: dict[frozenset[str], float] = {}
        self._lanes: dict[tuple[str, str], Lane] = {}

    def send_acl_data(
        self,
        sender_controller: Controller,
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

        air = next((self.air_of[end] for end in way if end in self.air_of), self.air)
        loop.call_at(book(lane, loop.time(), air, self._random), deliver)

    def cut(self, controller: Controller) -> None:
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
