"""Services of others that a runner has a key for: where it stands, and how they are asked."""
