"""What pages show, computed in the worker and handed over as small records."""
