"""What can be tested of the conventions of a recording: gravity, signs, handedness."""
