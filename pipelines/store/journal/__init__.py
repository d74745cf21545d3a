"""The journal of a recording: every notification as received, appended and never changed."""
