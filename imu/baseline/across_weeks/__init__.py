"""What changed over many sessions: trend, lasting shift, two periods, running average."""
