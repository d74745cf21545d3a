"""Proof of the comparison on full signals: virtual people, the real pipeline, the real report."""

from pipelines.validate.baseline.full_signals.cases import lived
from pipelines.validate.baseline.full_signals.part import part, seeds

__all__ = ["lived", "part", "seeds"]
