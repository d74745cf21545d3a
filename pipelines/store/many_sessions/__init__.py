"""Many sessions at once: listed, tabulated, read as one table, asked in SQL."""
