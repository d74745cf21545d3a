"""The pods nearby: who they are, how they are, which of them is worn where."""
