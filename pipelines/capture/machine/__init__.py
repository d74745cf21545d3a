"""The recording machine: its clock, its sleep and its disk."""
