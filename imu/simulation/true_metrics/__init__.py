"""Every metric, measured on the body itself: no sensor, no estimate, by its own definition."""
