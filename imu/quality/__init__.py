"""What of a session may be trusted: a grade, and the reasons for it."""
