"""Bytes of each family of pods as published, and packets made of samples."""
