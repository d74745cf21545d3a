"""intervals.icu: a run second by second as streams of one's own, and their upload."""
