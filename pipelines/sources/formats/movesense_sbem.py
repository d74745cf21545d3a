"""Read a log of a Movesense as it was in the pod (SBEM): chunks of samples under one stamp."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from firmware_protocols.movesense_gsp.sbem import sort_log
from firmware_protocols.movesense_gsp.table import table_of
from pipelines.sources.formats.table import Table
from pipelines.sources.limits import Limits, check_values

LARGEST_BYTES: Final = 1 << 26  # more than the flash of any Movesense
NAMES: Final = ("time", *(f"{sensor}_{axis}" for sensor in ("acc", "gyr") for axis in "xyz"))


def read_sbem(path: Path, wanted: Collection[str], limits: Limits) -> Table:
    """Read ``time`` (ms, that of each chunk), ``acc_x`` and so on in m/s², ``gyr_x`` in °/s."""
    if path.stat().st_size > LARGEST_BYTES:
        raise ValueError(f"{path} is larger than the memory of a Movesense; fetch it again")
    if not wanted:
        return Table(NAMES, {})
    trouble: Counter[str] = Counter()
    log = sort_log(path.read_bytes(), trouble)
    if not log.rows.samples:
        why = f" ({', '.join(trouble)})" if trouble else ""
        raise ValueError(
            f"{path} holds no samples of an IMU{why}; log IMU6 or IMU9, fetch it again"
        )
    table = table_of(log.rows, axes=log.axes, trouble=trouble)
    check_values(path, len(NAMES) * len(table.acc), limits)
    values = np.hstack([table.acc, table.gyr]).astype(np.float64)
    arrays: dict[str, npt.NDArray[Any]] = {"time": np.repeat(table.t_ms, table.samples)}
    arrays |= {name: values[:, k] for k, name in enumerate(NAMES[1:])}
    notes = tuple(f"{count} times {what}" for what, count in trouble.items() if count)
    return Table(NAMES, {name: arrays[name] for name in wanted if name in arrays}, notes=notes)
