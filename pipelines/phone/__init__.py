"""The page that records pods on a phone: static files, and a server of them for this computer."""
