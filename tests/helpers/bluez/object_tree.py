"""Objects on a D-Bus as BlueZ has them: paths with properties and methods, and a manager at "/".

dbus-fast's own services say `InterfacesAdded` from the path of the object; BlueZ says it from "/",
which some clients insist on. So the few messages that clients of BlueZ send are answered here.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from dbus_fast import DBusError, ErrorType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus

OBJECT_MANAGER = "org.freedesktop.DBus.ObjectManager"
PROPERTIES = "org.freedesktop.DBus.Properties"
DAEMON = "org.freedesktop.DBus"

Properties = dict[str, Variant]
Method = Callable[..., Awaitable[tuple[str, list[Any]] | None]]
"""Called with the unique name of the sender and what it sent; returns signature and values."""


@dataclass(eq=False)
class BusObject:
    """One object with one interface."""

    path: str
    interface: str
    properties: Properties
    methods: dict[str, Method] = field(default_factory=dict)


class ObjectTree:
    """The objects that a bus connection offers; `left` is called with every client that goes."""

    def __init__(self, bus: MessageBus, left: Callable[[str], None]) -> None:
        self._bus = bus
        self._left = left
        self._objects: dict[str, BusObject] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._faults: list[BaseException] = []
        bus.add_message_handler(self._receive)

    async def open(self) -> None:
        """Ask the bus to be told who leaves it."""
        await self._bus.call(
            Message(
                destination=DAEMON,
                path="/org/freedesktop/DBus",
                interface=DAEMON,
                member="AddMatch",
                signature="s",
                body=[f"type='signal',sender='{DAEMON}',member='NameOwnerChanged'"],
            )
        )

    async def close(self) -> None:
        """End what is being done; raise the first fault of our own, for clients saw only a word."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        if self._faults:
            raise self._faults[0]

    def __contains__(self, path: str) -> bool:
        return path in self._objects

    def add(self, *added: BusObject) -> None:
        """Offer objects."""
        for one in added:
            self._objects[one.path] = one
            body = [one.path, {one.interface: dict(one.properties)}]
            self._signal("/", OBJECT_MANAGER, "InterfacesAdded", "oa{sa{sv}}", body)

    def remove(self, path: str) -> None:
        """Withdraw an object and all below it, the deepest first."""
        below_it = (p for p in self._objects if f"{p}/".startswith(f"{path}/"))
        for below in sorted(below_it, reverse=True):
            gone = self._objects.pop(below)
            body = [below, [gone.interface]]
            self._signal("/", OBJECT_MANAGER, "InterfacesRemoved", "oas", body)

    def change(self, one: BusObject, **properties: Variant) -> None:
        """Set properties and say so, also those that already had that value."""
        one.properties.update(properties)
        if self._objects.get(one.path) is one:
            body = [one.interface, properties, []]
            self._signal(one.path, PROPERTIES, "PropertiesChanged", "sa{sv}as", body)

    def drop(self, one: BusObject, name: str) -> None:
        """Take a property away and say so."""
        if one.properties.pop(name, None) is not None and self._objects.get(one.path) is one:
            body = [one.interface, {}, [name]]
            self._signal(one.path, PROPERTIES, "PropertiesChanged", "sa{sv}as", body)

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Do `work` meanwhile; what it raises is raised by `close`."""

        def done(task: asyncio.Task[None]) -> None:
            self._running.discard(task)
            if not task.cancelled() and (fault := task.exception()):
                self._faults.append(fault)

        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(done)

    def _signal(self, path: str, interface: str, member: str, signature: str, body: list) -> None:
        self._bus.send(Message.new_signal(path, interface, member, signature, body))

    def _receive(self, message: Message) -> bool:
        if message.message_type == MessageType.SIGNAL:
            if message.member == "NameOwnerChanged" and not message.body[2]:
                self._left(message.body[0])
            return False
        if message.message_type != MessageType.METHOD_CALL:
            return False
        self.run(self._answer(message))
        return True

    async def _answer(self, message: Message) -> None:
        try:
            signature, body = await self._called(message) or ("", [])
        except DBusError as error:
            reply = Message.new_error(message, error.type, error.text)
        except Exception:
            self._bus.send(Message.new_error(message, "org.bluez.Error.Failed", "fault in here"))
            raise
        else:
            reply = Message.new_method_return(message, signature, body)
        self._bus.send(reply)

    async def _called(self, message: Message) -> tuple[str, list[Any]] | None:
        interface, member, body = message.interface, message.member, message.body
        if message.path == "/" and (interface, member) == (OBJECT_MANAGER, "GetManagedObjects"):
            tree = {o.path: {o.interface: dict(o.properties)} for o in self._objects.values()}
            return "a{oa{sa{sv}}}", [tree]
        if (one := self._objects.get(message.path)) is None:
            raise DBusError(ErrorType.UNKNOWN_OBJECT, f"no object at {message.path}")
        if interface == PROPERTIES:
            return self._property(one, member, body)
        if interface != one.interface or member not in one.methods:
            raise DBusError(ErrorType.UNKNOWN_METHOD, f"no method {interface}.{member}")
        return await one.methods[member](message.sender, *body)

    def _property(self, one: BusObject, member: str, body: list[Any]) -> tuple[str, list[Any]]:
        if member == "GetAll" and body[0] == one.interface:
            return "a{sv}", [dict(one.properties)]
        if member == "Get" and body[0] == one.interface and body[1] in one.properties:
            return "v", [one.properties[body[1]]]
        raise DBusError(ErrorType.UNKNOWN_PROPERTY, f"{member} of {body} is not possible")
