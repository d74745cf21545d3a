"""Time the rows of foreign files: stamps of any clock, counters, packets, times of arrival."""
