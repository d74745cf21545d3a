"""What state this machine and a store are in, before anything is recorded."""
