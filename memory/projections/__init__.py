"""Read models: one fold per file, each a module-level `PROJECTION`, disposable and rebuilt from the ledger to the same bytes."""
