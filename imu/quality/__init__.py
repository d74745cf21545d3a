"""Quality of a session and of its stances: a grade, flags, and reasons in words."""
