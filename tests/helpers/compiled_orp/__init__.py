"""The pod that is written in C, compiled by this machine's compiler."""

import ctypes as c
import shutil
import subprocess
from collections import deque
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SOURCES = ROOT / "firmware_protocols" / "spec" / "c"
STRICT = ("-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror", "-O2")
MOST_BYTES = 512


class Setting(c.Structure):
    """``struct orp_setting``."""

    _fields_ = (
        ("rate_hz", c.c_float),
        ("acc_range_g", c.c_uint16),
        ("gyr_range_dps", c.c_uint16),
        ("max_latency_ms", c.c_uint16),
        ("acc_mps2_per_count", c.c_float),
        ("gyr_radps_per_count", c.c_float),
    )


class About(c.Structure):
    """``struct orp_about``."""

    _fields_ = (
        ("serial", c.c_char * 33),
        ("role", c.c_uint8),
        ("boot_id", c.c_uint32),
        ("clock_ppm", c.c_uint8),
    )


CLOCK = c.CFUNCTYPE(c.c_uint64, c.c_void_p)
CONFIGURE = c.CFUNCTYPE(None, c.c_void_p, c.POINTER(Setting))
SEND = c.CFUNCTYPE(c.c_bool, c.c_void_p, c.c_int, c.POINTER(c.c_uint8), c.c_uint16)
BLINK = c.CFUNCTYPE(None, c.c_void_p)
BATTERY = c.CFUNCTYPE(c.c_uint8, c.c_void_p)


class Hardware(c.Structure):
    """``struct orp_hardware``."""

    _fields_ = (
        ("clock_us", CLOCK),
        ("configure", CONFIGURE),
        ("send", SEND),
        ("blink", BLINK),
        ("battery_pct", BATTERY),
        ("context", c.c_void_p),
    )


def compiler():
    """Return the C compiler of this machine, or skip the test that needs one."""
    found = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    return found or pytest.skip("there is no C compiler here; install gcc or clang")


def compiled(folder):
    """Compile the pod for this machine, with every warning an error; return the library."""
    library = folder / "orp_pod.so"
    command = [compiler(), *STRICT, "-shared", "-fPIC", f"-I{SOURCES}", "-o", library]
    subprocess.run(
        [*command, SOURCES / "orp_pod.c", Path(__file__).parent / "host.c"],
        check=True,
        capture_output=True,
        text=True,
    )
    lib = c.CDLL(str(library))
    lib.host_new.restype = c.c_void_p
    lib.host_new.argtypes = (c.POINTER(Hardware), c.POINTER(About), c.c_uint32)
    for name in ("host_free", "orp_pod_work", "orp_pod_disconnected"):
        getattr(lib, name).argtypes = (c.c_void_p,)
    lib.orp_pod_connected.argtypes = (c.c_void_p, c.c_uint16)
    lib.orp_pod_sample.argtypes = (c.c_void_p, c.c_uint64, c.c_void_p)
    lib.orp_pod_lost.argtypes = (c.c_void_p, c.c_uint32)
    lib.orp_pod_written.argtypes = (c.c_void_p, c.c_int, c.c_char_p, c.c_uint16)
    lib.orp_pod_read.argtypes = (c.c_void_p, c.c_int, c.c_char_p)
    lib.orp_pod_read.restype = c.c_uint16
    lib.host_started.argtypes = (c.c_char_p, c.c_uint32, c.c_uint64)
    lib.host_pong.argtypes = (c.c_char_p, c.c_uint8, c.c_uint64, c.c_uint64)
    lib.host_read_config.restype = c.c_bool
    return lib


def written(function, *values):
    """Return what a function of the library writes."""
    to = c.create_string_buffer(MOST_BYTES)
    length = function(to, *values)
    return to.raw[:length]


class CompiledPod:
    """One pod in C. `clock_us()` is its clock; `sent` is what it handed to the radio.

    The radio takes `room` values until some of `sent` are taken out.
    """

    def __init__(self, library, *, clock_us, setting, about, ring_samples, room=8, battery_pct=90):
        self.library, self.sent, self.blinked = library, deque(), 0
        self.asked = []

        def configure(_, wanted):
            wish = wanted.contents
            self.asked.append((wish.rate_hz, wish.acc_range_g, wish.gyr_range_dps))
            latency_ms = wish.max_latency_ms
            c.pointer(wish)[0] = setting
            wish.max_latency_ms = latency_ms

        def send(_, channel, data, length):
            if len(self.sent) >= room:
                return False
            self.sent.append((channel, bytes(data[:length])))
            return True

        def blink(_):
            self.blinked += 1

        # Kept, for the library holds nothing but their addresses.
        self.hardware = Hardware(
            CLOCK(lambda _: clock_us()),
            CONFIGURE(configure),
            SEND(send),
            BLINK(blink),
            BATTERY(lambda _: battery_pct),
            None,
        )
        self.about = about
        self.pod = library.host_new(c.byref(self.hardware), c.byref(about), ring_samples)

    def close(self):
        self.library.host_free(self.pod)

    def connected(self, att_mtu):
        self.library.orp_pod_connected(self.pod, att_mtu)

    def disconnected(self):
        self.library.orp_pod_disconnected(self.pod)

    def sample(self, time_us, counts):
        self.library.orp_pod_sample(self.pod, time_us, (c.c_int16 * 6)(*counts))

    def lost(self, count):
        self.library.orp_pod_lost(self.pod, count)

    def write(self, channel, payload):
        self.library.orp_pod_written(self.pod, channel, payload, len(payload))

    def read(self, channel):
        to = c.create_string_buffer(MOST_BYTES)
        length = self.library.orp_pod_read(self.pod, channel, to)
        return to.raw[:length]

    def work(self):
        self.library.orp_pod_work(self.pod)

    def take(self):
        """Return what it has handed to the radio since."""
        sent = list(self.sent)
        self.sent.clear()
        return sent
