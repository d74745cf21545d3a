"""Verify a store, move it to the layout of today, hand out or delete all of an athlete."""
