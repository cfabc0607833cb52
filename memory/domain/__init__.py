"""Pure nouns and events. Standard library and pydantic only."""
