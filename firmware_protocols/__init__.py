"""What bytes mean: one module per pod firmware, no radio."""
