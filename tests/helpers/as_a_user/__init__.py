"""Commands, processes and pages, used as a person uses them."""
