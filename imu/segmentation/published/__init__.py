"""Detectors from papers, to compare ours with."""
