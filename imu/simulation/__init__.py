"""The virtual runner: an analytic forward model with exact truth, and pods with faults."""

from imu.simulation.people import anyone, someone
from imu.simulation.pods.hardware import Pod, Pods, all_faults, clean, realistic
from imu.simulation.pods.stream import PodStream
from imu.simulation.runner import JointCurves, Loading, Runner, Spread, another_day, both
from imu.simulation.script import Bend, Hop, Run, Stand, Walk, turn
from imu.simulation.simulate import Simulation, simulate
from imu.simulation.truth import Truth

__all__ = [
    "Bend",
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
    "someone",
    "turn",
]
