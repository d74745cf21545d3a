"""The files of one session, a module for each kind of table."""
