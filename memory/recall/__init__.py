"""Recall: clauses, vendor notes and past negotiations, found by meaning. Hints, never facts; rebuilt from the ledger.

`port` is all that callers need. `chroma` and `in_memory` keep the same contract; `embeddings` turns text into vectors.
"""
