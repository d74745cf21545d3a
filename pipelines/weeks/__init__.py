"""What has changed over weeks, between two periods, or between the laps of one run, in words."""
