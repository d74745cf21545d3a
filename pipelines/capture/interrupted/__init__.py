"""Finish what a crash, an empty battery or a full disk interrupted."""
