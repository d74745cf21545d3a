"""Build one recording on one uniform grid from samples with clocks of their own."""
