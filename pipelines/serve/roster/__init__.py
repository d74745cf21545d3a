"""Where every runner of a store stands: what the roster shows, kept and made anew."""
