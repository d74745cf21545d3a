"""MetaWear, tell a pod something, or ask it: nothing is confirmed but what it answers."""

from contextlib import suppress
from typing import Final

from firmware_protocols.metawear.gatt import Channel
from firmware_protocols.metawear.messages import message, read_of
from firmware_protocols.requests import Ask, Conversation, Talk, Write

ATTEMPTS: Final = 3
ANSWER_S: Final = 1.0


def tell(*commands: bytes) -> Conversation:
    """Send commands; a pod answers none of them."""
    for command in commands:
        yield Write(Channel.COMMAND, command, confirmed=False)


def question(command: bytes, *, attempts: int = ATTEMPTS) -> Talk[bytes]:
    """Send a command that a pod answers by a message of the same register; return its data.

    Raises TimeoutError if it does not.
    """
    header = command[:2]
    for _ in range(attempts):
        with suppress(TimeoutError):
            answer = yield Ask(
                Channel.COMMAND,
                command,
                Channel.NOTIFY,
                timeout_s=ANSWER_S,
                fits=lambda said: said[:2] == header,
                confirmed=False,
            )
            return answer[2:]
    what = header.hex(" ")
    raise TimeoutError(f"the pod does not answer {what}; switch it off and on")


def value(module: int, register: int, *, attempts: int = ATTEMPTS) -> Talk[bytes]:
    """Return what a register holds."""
    return (yield from question(read_of(module, register), attempts=attempts))


def made(module: int, register: int, data: bytes) -> Talk[int]:
    """Have something made of which the pod tells the number.

    Asked once only: a pod that was asked twice would make two.
    """
    answer = yield from question(message(module, register, data), attempts=1)
    if not answer:
        raise ValueError("the pod makes something without saying what; switch it off and on")
    return answer[0]
