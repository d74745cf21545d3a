"""Recording a run: supervision, health, recovery."""
