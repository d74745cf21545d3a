"""FIT: the format of watches, written and merged at byte level."""
