"""Virtual pods: worn, recorded, armed, broken, and what they hold."""
