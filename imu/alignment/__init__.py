"""How each pod sits on its body segment, found from standing, running or a movement."""
