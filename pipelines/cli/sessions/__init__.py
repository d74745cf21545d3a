"""Commands that make a session, state what is known of it, mend it or hand it out."""
