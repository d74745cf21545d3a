"""A session against the runner's own past: usual range, change, interval."""
