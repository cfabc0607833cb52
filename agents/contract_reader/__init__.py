"""The contract reader: what a contract says, clause by clause, and where it conflicts with what was agreed."""
