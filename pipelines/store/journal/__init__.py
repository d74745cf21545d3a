"""The journal of a recording: every notification as it came, appended and never changed."""
