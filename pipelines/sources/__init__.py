"""Recorded files of other systems."""
