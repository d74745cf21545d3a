"""How fast it is: what must be reached, as ratios inside one run (`midstance bench`)."""
