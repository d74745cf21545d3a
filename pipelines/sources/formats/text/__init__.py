"""Tables as text, as people have them: any separator, preface, header, units and encoding."""
