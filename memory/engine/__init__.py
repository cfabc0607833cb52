"""The engine behind jobs: a small port, DBOS Transact behind it, and an in-process one that ships beside it."""
