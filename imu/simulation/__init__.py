"""The virtual runner: an analytic forward model with exact truth, and pods with faults."""

from imu.simulation.people import anyone, someone
from imu.simulation.pods.hardware import Pod, Pods, all_faults, clean, realistic
from imu.simulation.pods.stream import PodStream
from imu.simulation.runner import JointCurves, Loading, Runner, Spread, another_day, both
from imu.simulation.script import (
    Bend,
    Cycle,
    Hop,
    Run,
    StairsDown,
    StairsUp,
    Stand,
    Walk,
    skip_rope,
    turn,
)
from imu.simulation.simulate import Simulation, simulate
from imu.simulation.truth import Truth

__all__ = [
    "Bend",
    "Cycle",
    "Hop",
    "JointCurves",
    "Loading",
    "Pod",
    "PodStream",
    "Pods",
    "Run",
    "Runner",
    "Simulation",
    "Spread",
    "StairsDown",
    "StairsUp",
    "Stand",
    "Truth",
    "Walk",
    "all_faults",
    "another_day",
    "anyone",
    "both",
    "clean",
    "realistic",
    "simulate",
    "skip_rope",
    "someone",
    "turn",
]
