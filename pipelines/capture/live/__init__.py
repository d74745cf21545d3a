"""What a runner sees of her run while it is recorded; nothing of it is stored."""
