"""Models behind one port: ask a typed question, get a typed answer with the record of how it came about."""
