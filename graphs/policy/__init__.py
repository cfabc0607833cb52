"""Policy: pure functions from facts to a verdict. The owner's rules are YAML; the kinds of rules are typed, one per file."""
