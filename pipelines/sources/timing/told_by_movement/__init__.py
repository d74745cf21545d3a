"""What the movement tells of rows whose times do not: lost, sent again, exchanged, a clock set."""
