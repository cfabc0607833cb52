"""Answers to questions, one file per topic: read from the read models and the ledger, each figure with what it rests on."""
