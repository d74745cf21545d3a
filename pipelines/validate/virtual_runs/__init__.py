"""Score virtual runs, and hold the virtual people against a public stride."""
