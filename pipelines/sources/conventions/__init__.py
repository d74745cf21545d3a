"""What a file may mean in more than one way: tested where it can be, said where it was assumed."""
