"""Arrays in, arrays out: filters, gaps, peaks and rows; nothing here depends on pods."""
