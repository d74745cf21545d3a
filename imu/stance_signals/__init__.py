"""The signals of each stance that metrics read: pelvis, shank, force."""
