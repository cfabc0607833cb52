"""What happened and what is known: domain, ledger, evidence, outbox, recall, checkpoints, projections, views.

The lowest floor. It imports nothing of ours from above it; `memory.domain` imports only the standard library and pydantic.
"""
