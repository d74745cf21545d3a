"""Virtual pods in radio range: the real Bluetooth host stack over simulated links (bumble)."""
