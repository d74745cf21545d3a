"""Set pods recording for a run without a laptop, if they can and nothing is lost by it."""
