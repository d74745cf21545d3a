"""Attach what a watch recorded of the same run, on the clock of the pods."""
