"""Orientation of each segment in the world, from gyroscope and accelerometer."""
