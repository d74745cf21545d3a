"""Runners drawn at random: what is right for most, the worst cell, and pods with every fault."""
