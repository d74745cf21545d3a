"""One pod while it is recorded: its link, what it sent, what is missing of it, how it is."""
