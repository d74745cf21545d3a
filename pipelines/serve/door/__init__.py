"""Who and what may come in: host names, origins, tokens, sizes; and the headers of all answers."""
