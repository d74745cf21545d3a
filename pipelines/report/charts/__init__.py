"""Draw the figures of a report: SVG charts, with captions and their numbers as tables."""
