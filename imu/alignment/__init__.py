"""Alignment of each pod to its body segment, from standing, running or a calibration movement."""
