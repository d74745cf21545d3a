"""Files as they lie in a device: blocks and records of bytes."""

import io
import zipfile

import numpy as np
import pandas as pd

from firmware_protocols.movesense_gsp.streams import STREAMS, frame_layout
from firmware_protocols.movesense_gsp.values import PodTime
from foreign_exports.shared import NAMES, START_S, G, chunked
from pipelines.radio.virtual.movesense_gsp.memory import Memory


def _packed_date(when):
    fields = ((when.year - 2000, 26), (when.month, 22), (when.day, 17))
    fields += ((when.hour, 12), (when.minute, 6), (when.second, 0))
    return sum(value << shift for value, shift in fields)


def cwa_bytes(acc, gyr, rate_hz, *, code=0x0B, true_hz=None, lost=()):
    """An AX6 at ±16 g and ±2000 °/s, or an AX3 where `gyr` is None; blocks `lost` are not there.

    Each block is stamped when its samples were fetched: somewhere in it, to 2⁻¹⁵ s.
    """
    nominal = 3200 / (1 << (15 - (code & 0x0F)))
    true_hz = true_hz or rate_hz
    header = bytearray(1024)
    header[:4] = b"MD" + (1020).to_bytes(2, "little")
    header[35:37] = bytes([2 if gyr is not None else 0, code])
    counts = np.rint(acc / G * 2048)
    if gyr is not None:
        counts = np.hstack([np.rint(np.rad2deg(gyr) / 2000 * 32768), counts])
    counts = np.clip(counts, -32768, 32767).astype("<i2")
    room = 480 // (2 * counts.shape[1])
    out = [bytes(header)]
    rng = np.random.default_rng(3)
    for sequence, at in enumerate(range(0, len(counts) - room + 1, room)):
        if sequence in lost:
            continue
        place = int(rng.integers(0, room))
        # The clock is read a little after the sample that it is written to.
        stamp_s = 1_795_339_800.0 + (at + place + rng.uniform(0, 1)) / true_hz
        whole = int(stamp_s)
        fraction = int((stamp_s - whole) * 32768)
        offset = place - (((fraction << 1) * int(nominal)) >> 16)
        block = bytearray(512)
        block[:4] = b"AX" + (508).to_bytes(2, "little")
        block[4:6] = (0x8000 | fraction).to_bytes(2, "little")
        block[6:10] = (7).to_bytes(4, "little")
        block[10:14] = sequence.to_bytes(4, "little")
        when = pd.Timestamp(whole, unit="s")
        block[14:18] = _packed_date(when).to_bytes(4, "little")
        block[18:20] = ((3 << 13) | (2 << 10) | 17).to_bytes(2, "little")
        block[24], block[25] = code, 0x62 if gyr is not None else 0x32
        block[26:28] = offset.to_bytes(2, "little", signed=True)
        block[28:30] = room.to_bytes(2, "little")
        block[30 : 30 + 2 * room * counts.shape[1]] = counts[at : at + room].tobytes()
        total = int(np.frombuffer(bytes(block), "<u2").sum()) & 0xFFFF
        block[510:512] = ((0x10000 - total) & 0xFFFF).to_bytes(2, "little")
        out.append(bytes(block))
    return b"".join(out)


def axivity(folder, pods, rate_hz):
    for place, (acc, gyr) in pods.items():
        (folder / f"{NAMES[place]}.cwa").write_bytes(cwa_bytes(acc, gyr, rate_hz))


def geneactiv_text(acc, rate_hz, *, lost=(), true_hz=None):
    """Gains and offsets as of a real device; page times to half a second."""
    gain, offset = np.array([25522.0, 25457.0, 24829.0]), np.array([272.0, -1129.0, 101.0])
    raw = np.clip(np.rint((acc / G * gain + offset) / 100), -2048, 2047).astype(np.int64) & 0xFFF
    lines = [
        "Device Identity",
        "Device Unique Serial Code:051386",
        "Device Type:GENEActiv",
        "",
        "Configuration Info",
        f"Measurement Frequency:{rate_hz:g} Hz",
        "Time Zone:GMT +01:00",
        "Calibration Data",
    ]
    for k, axis in enumerate("xyz"):
        lines += [f"{axis} gain:{gain[k]:g}", f"{axis} offset:{offset[k]:g}"]
    lines += ["Memory Status", f"Number of Pages:{len(acc) // 300}", ""]
    for number, at in enumerate(range(0, len(acc) - 299, 300)):
        if number in lost:
            continue
        time_s = np.floor((START_S + 3600 + at / (true_hz or rate_hz)) * 2) / 2
        when = pd.Timestamp(time_s, unit="s")
        page = "".join(f"{x:03X}{y:03X}{z:03X}000" for x, y, z in raw[at : at + 300])
        lines += [
            "Recorded Data",
            "Device Unique Serial Code:051386",
            f"Sequence Number:{number}",
            f"Page Time:{when:%Y-%m-%d %H:%M:%S}:{when.microsecond // 1000:03d}",
            "Unassigned:",
            "Temperature:28.2",
            "Battery voltage:4.1642",
            "Device Status:Recording",
            f"Measurement Frequency:{rate_hz:.1f}",
            page,
        ]
    return "\r\n".join(lines) + "\r\n"


def geneactiv(folder, pods, rate_hz):
    for place, (acc, _) in pods.items():
        (folder / f"{NAMES[place]}.bin").write_text(geneactiv_text(acc, rate_hz), newline="")


def _gt3x_record(kind, second, payload):
    head = bytes([0x1E, kind]) + int(START_S + 3600 + second).to_bytes(4, "little")
    head += len(payload).to_bytes(2, "little")
    check = 0
    for byte in head + payload:
        check ^= byte
    return head + payload + bytes([~check & 0xFF])


def gt3x_bytes(acc, rate_hz, *, asleep=()):
    """Records of one second; those `asleep` are between two events that say so."""
    rate = int(rate_hz)
    counts = np.rint(acc / G * 256).astype("<i2")
    log, slept = b"", False
    for second, at in enumerate(range(0, len(counts) - rate + 1, rate)):
        sleeps = second in asleep
        if sleeps != slept:
            log += _gt3x_record(3, second, b"\x08" if sleeps else b"\x09")
        if not sleeps:
            log += _gt3x_record(26, second, counts[at : at + rate].tobytes())
        slept = sleeps
    info = (
        "Serial Number: TAS1F06180456\nDevice Type: Link\nFirmware: 1.7.1\nBattery Voltage: 4.09\n"
        f"Sample Rate: {rate}\nStart Date: 639309000000000000\nTimeZone: 01:00:00\n"
        "Acceleration Scale: 256\nAcceleration Min: -8\nAcceleration Max: 8\n"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("log.bin", log)
        archive.writestr("info.txt", info)
    return out.getvalue()


def actigraph(folder, pods, rate_hz):
    for place, (acc, _) in pods.items():
        (folder / f"{NAMES[place]}.gt3x").write_bytes(gt3x_bytes(acc, rate_hz))


def movesense_sbem(folder, pods, rate_hz, *, size=8):
    """Made by the virtual pod's memory, which was held against a log of a real one."""
    (stream,) = (one for one in STREAMS.values() if one.axes == 6 and one.rate_hz == 208)
    for place, (acc, gyr) in pods.items():
        memory = Memory()
        memory.begin([stream], PodTime(0, 0))
        chunks = zip(chunked(acc, size), chunked(np.rad2deg(gyr), size), strict=True)
        for at, (one, other) in enumerate(chunks):
            frame = np.zeros((), frame_layout(size, axes=6))
            frame["t_ms"] = round(at * size * 1e3 / rate_hz) + 110_033
            frame["acc"], frame["gyr"] = one, other
            memory.keep(frame.tobytes(), size)
        memory.roll_over()
        (log,) = memory.logs.values()
        (folder / f"{NAMES[place]}.sbem").write_bytes(bytes(log))
