"""OpenSim: orientations as .sto and the estimated force as .mot."""
