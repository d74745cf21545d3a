"""The kinds of file that recordings of other systems come in."""
