"""Decode the bytes of pods into samples: one package per pod firmware, no radio."""
