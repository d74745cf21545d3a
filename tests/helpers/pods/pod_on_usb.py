"""A virtual MetaMotion S on a pseudo terminal: its firmware behind the frames of the cable."""

import asyncio
import os
import tty
from contextlib import asynccontextmanager

from firmware_protocols.metawear.gatt import Channel
from firmware_protocols.metawear.usb_frames import WHO, FrameAssembler, encode_frame, encode_who
from pipelines.radio.usb import Port
from pipelines.radio.virtual.metawear.firmware import MetaWear

STRINGS = (Channel.MODEL, Channel.FIRMWARE, Channel.SERIAL)


class Cable:
    """The pod's end of a pseudo terminal; `port` is the other."""

    def __init__(self, pod):
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self._assembler = FrameAssembler()
        self._in = True
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._master, self._receive)
        self.port = Port(os.ttyname(self._slave), pod.address)
        self.firmware = MetaWear(pod, self._send, lambda: 255, zero_s=self._loop.time())
        self.firmware.subscribed(Channel.NOTIFY, on=True)

    async def _send(self, _, payload):
        while self._in:
            try:
                os.write(self._master, encode_frame(payload))
            except BlockingIOError:
                await asyncio.sleep(0.01)
            else:
                return

    def _receive(self):
        said = os.read(self._master, 4096)
        if said == WHO:
            words = (self.firmware.read(channel).decode() for channel in STRINGS)
            os.write(self._master, encode_who(*words))
        for message in self._assembler.feed(said):
            self.firmware.write(Channel.COMMAND, message)

    def pull(self):
        """Pull the cable out."""
        if self._in:
            self._in = False
            self._loop.remove_reader(self._master)
            os.close(self._slave)
            os.close(self._master)


@asynccontextmanager
async def pod_on_usb(pod):
    """Yield the cable of a pod that is plugged in."""
    cable = Cable(pod)
    try:
        yield cable
    finally:
        await cable.firmware.switch_off()
        cable.pull()
