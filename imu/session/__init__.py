"""One session in numbers: medians, variability, dose, drift, mean curves."""
