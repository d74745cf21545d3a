"""A pod in C on a bench: what it is told and what it says, without a radio."""

from compiled_orp import About, CompiledPod, Setting
from firmware_protocols.orp_v1 import control, frames
from firmware_protocols.orp_v1.control import Command, Op

CONTROL, STREAM, BULK, TIME, STATUS, INFO = 0x11, 0x12, 0x13, 0x14, 0x15, 0x10
SETTING = Setting(208.0, 16, 2000, 95, 2**-8, 2**-10)


class Bench:
    """A pod in C on a bench: one command or sample after the other, with a clock of the test's."""

    def __init__(self, library, *, ring_samples=1000, mtu=247, room=1000, setting=SETTING):
        self.us = 5_000_000
        about = About(b"A1B2-0042", 2, 0xDEADBEEF, 20)
        self.pod = CompiledPod(
            library,
            clock_us=lambda: self.us,
            setting=setting,
            about=about,
            ring_samples=ring_samples,
            room=room,
        )
        self.pod.connected(mtu)
        self.number, self.index, self.frames, self.bulk = 0, 0, [], []

    def ask(self, op, arguments=b"", *, again=False):
        """Return the answer, None where the pod gives none yet."""
        self.number += not again
        self.pod.write(CONTROL, control.encode_command(Command(op, self.number, arguments)))
        return self.answered()

    def answered(self):
        self.work()
        answers = [control.decode_answer(p) for channel, p in self.said if channel == CONTROL]
        assert len(answers) <= 1
        return answers[0] if answers else None

    def work(self):
        self.pod.work()
        self.said = self.pod.take()
        self.frames += [frames.decode_frame(p) for channel, p in self.said if channel == STREAM]
        self.bulk += [frames.decode_frame(p) for channel, p in self.said if channel == BULK]

    def measure(self, count):
        """Measure so many samples, whose counts tell their index; work after each."""
        for _ in range(count):
            self.pod.sample(self.us, [self.index % 30_000, self.index // 30_000, 0, 0, 0, 0])
            self.index += 1
            self.us += 5000
            self.work()

    def start(self):
        assert self.ask(Op.START) is None
        self.pod.sample(self.us, [0] * 6)
        self.index, self.us = 1, self.us + 5000
        return self.answered()
