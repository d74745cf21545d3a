"""Virtual pods on the air: the real Bluetooth host stack over simulated links (needs bumble)."""
