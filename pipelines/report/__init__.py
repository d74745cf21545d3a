"""One session against the runner's own past, as a page."""
