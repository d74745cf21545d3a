"""Commands that have to do with pods: see, check, record, fetch, the phone page."""
