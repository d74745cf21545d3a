"""The memory of a virtual Movesense pod: logs that outlast a reboot, in the maker's format."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from firmware_protocols.movesense_gsp.sbem import HEADER, encode_chunk, encode_descriptor
from firmware_protocols.movesense_gsp.streams import SAMPLES_IN_LOGS, Stream
from firmware_protocols.movesense_gsp.values import Entry, PodTime

RELATIVE, UTC, TIMES = 17, 56, 107  # numbers of chunks, as in a log of a real pod
STAMP, OPEN, CLOSE, FIRST_AXIS, FIRST_VECTOR, FIRST_GROUP = 13, 54, 55, 39, 89, 92
_SENSORS: Final = ("Acc", "Gyro", "Magn")


@dataclass
class Memory:
    """Logs by number. The last is written whole only when the pod starts anew."""

    logs: dict[int, bytearray] = field(default_factory=dict)
    open_log: bytearray | None = None

    def begin(self, streams: Sequence[Stream], time: PodTime) -> None:
        """Begin a log."""
        self.open_log = bytearray(HEADER)
        for stream in streams:
            self.open_log += b"".join(_descriptors(stream.axes))
        utc = time.utc_us.to_bytes(8, "little")
        self.open_log += encode_chunk(TIMES, time.relative_ms.to_bytes(4, "little") + utc)

    def keep(self, frame: bytes, samples: int) -> None:
        """Write a frame into the log that is open."""
        if self.open_log is not None:
            number = FIRST_GROUP + SAMPLES_IN_LOGS.index(samples)
            self.open_log += encode_chunk(number, frame)

    def roll_over(self) -> None:
        """Close the log that is open, as the pod does when it starts anew."""
        if self.open_log is not None:
            self.logs[max(self.logs, default=0) + 1] = self.open_log
        self.open_log = None

    def entries(self) -> list[Entry]:
        """Return what the logbook says."""
        return [Entry(number, 0, len(log)) for number, log in self.logs.items()]


def _descriptors(axes: int) -> Iterator[bytes]:
    imu = f"MeasIMU{axes}"
    yield encode_descriptor(RELATIVE, PTH="Samples+Array.TimeDetailed.relativeTime", FRM="uint32")
    yield encode_descriptor(UTC, PTH="Samples.Array.TimeDetailed.utcTime", FRM="int64")
    yield encode_descriptor(TIMES, GRP=f"{RELATIVE},{UTC}")
    yield encode_descriptor(STAMP, PTH=f"Samples+Array.{imu}.Timestamp", FRM="uint32")
    yield encode_descriptor(OPEN, PTH="[")
    yield encode_descriptor(CLOSE, PTH="]")
    for k, sensor in enumerate(_SENSORS[: axes // 3]):
        first = FIRST_AXIS + 3 * k
        for at, axis in enumerate(("+x", ".y", ".z")):
            path = f"Samples.Array.{imu}.Array{sensor}{axis}"
            yield encode_descriptor(first + at, PTH=path, FRM="float32")
        yield encode_descriptor(FIRST_VECTOR + k, GRP=f"{first},{first + 1},{first + 2}")
    for k, samples in enumerate(SAMPLES_IN_LOGS):
        group = [STAMP]
        for vector in range(FIRST_VECTOR, FIRST_VECTOR + axes // 3):
            group += [OPEN, *samples * [vector], CLOSE]
        yield encode_descriptor(FIRST_GROUP + k, GRP=",".join(map(str, group)))
