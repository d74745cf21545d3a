"""What a conversation with a pod can ask of the radio.

A conversation is a generator that yields what to do next and is sent the pod's answer, so the same
code runs over Bluetooth, over a replayed journal and in a test without a loop.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

T = TypeVar("T")
Fits = Callable[[bytes], bool]


def anything(_: bytes) -> bool:
    """Let any notification be the one waited for."""
    return True


@dataclass(frozen=True, slots=True)
class Read:
    """Ask the radio to read characteristic number `channel`; answered by its value.

    An `optional` one that the pod does not have is answered by b"".
    """

    channel: int
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Ask the radio for the notifications of `channel`; answered by b"".

    They stay on for as long as the link does; asking again changes nothing. An `optional` one that
    the pod does not have is left out.
    """

    channel: int
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Write:
    """Write `payload` to `channel`; answered by b"".

    `confirmed` asks for the pod's receipt or does without; None: with one where it is offered.
    """

    channel: int
    payload: bytes
    confirmed: bool | None = None


@dataclass(frozen=True, slots=True)
class Listen:
    """Keep, from now on and for this conversation, what `channel` notifies; answered by b""."""

    channel: int


@dataclass(frozen=True, slots=True)
class Wait:
    """Wait for the next notification on `channel` that `fits`; answered by it.

    What a channel notifies is kept for the conversation, in order, from its first `Listen`, `Ask`
    or `Wait` on: several in a row are waited for one by one, and none is missed between two.
    Those that do not fit are passed over. Without one within `timeout_s`, TimeoutError is raised
    inside the conversation.
    """

    channel: int
    fits: Fits = anything
    timeout_s: float = 2.0


@dataclass(frozen=True, slots=True)
class Ask:
    """Write `payload` to `channel` and answer with the next notification on `reply` that `fits`.

    What was notified on `reply` before is forgotten; what comes after can be had by `Wait`. Without
    an answer within `timeout_s`, TimeoutError is raised inside the conversation.
    """

    channel: int
    payload: bytes
    reply: int
    timeout_s: float = 2.0
    fits: Fits = anything
    confirmed: bool | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """Do nothing for `seconds`; answered by b""."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Keep:
    """Go on only once all that was received is safe from a crash; answered by b"".

    A pod may erase what it is told has arrived.
    """


Request = Read | Subscribe | Write | Listen | Wait | Ask | Pause | Keep
Talk: TypeAlias = Generator[Request, bytes, T]
"""A conversation that ends with a result."""
Conversation = Generator[Request, bytes, None]
