"""How the body of the virtual runner moves."""
