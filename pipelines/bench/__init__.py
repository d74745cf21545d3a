"""How fast it is: what must be reached, as ratios inside one run (`midstance bench`)."""

from pipelines.bench.measure import bench

__all__ = ["bench"]
