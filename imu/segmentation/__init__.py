"""Detect stances: candidates of each pod, then running stances, their sides and bouts."""

from imu.segmentation.detectors import DETECTORS, Detector
from imu.segmentation.parameters import PARAMETERS

SEGMENTERS = DETECTORS
"""The name of `DETECTORS` before 0.2; it goes in the release after."""

__all__ = ["DETECTORS", "PARAMETERS", "SEGMENTERS", "Detector"]
