"""BIDS-Motion: the samples of the pods as a dataset for laboratories."""
