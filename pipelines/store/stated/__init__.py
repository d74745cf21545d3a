"""What people state, in small text files that they may edit: runner, context of a run, rig."""
