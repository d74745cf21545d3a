"""Which way each segment points in the world, from gyroscope and accelerometer."""
