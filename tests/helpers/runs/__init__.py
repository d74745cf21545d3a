"""Runs made up or of the virtual runner, as analyses, tables and stores."""
