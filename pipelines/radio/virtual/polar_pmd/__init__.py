"""Virtual pods that speak Polar PMD."""
