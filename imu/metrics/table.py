"""The table of a session: one row per running stance, its events, metrics and quality."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from imu.frames import FloatArray
from imu.metrics.registry import of_stances
from imu.segmentation.stances import Stances

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class StanceTable:
    """One row per running stance: the events, then every metric, then quality.

    `metrics` maps each name in `METRICS` to (n,) values, of which those of a session alone are not
    published (`published`); `quality` holds (n,) columns
    ``coverage_pct``, ``clipped`` (bool: any sensor), one more such column per sensor
    (``clipped_shank_accelerometer`` …), ``implausible_count`` (int: values left out because no
    running stance has them) and ``quality`` (words; empty when nothing is wrong).
    """

    events: Stances
    metrics: Mapping[str, FloatArray]
    quality: Mapping[str, npt.NDArray[Any]]

    def __len__(self) -> int:
        return len(self.events)

    def published(self) -> dict[str, FloatArray]:
        """Return the metrics (n,) that tell one stance from the next."""
        return {name: self.metrics[name] for name in of_stances() if name in self.metrics}

    def to_frame(self) -> pd.DataFrame:
        """Return the table as pandas: side, bout, events, metrics, quality columns."""
        import pandas as pd  # here, because it takes longer to load than all else

        events = vars(self.events)
        return pd.DataFrame({**events, **self.published(), **self.quality})
