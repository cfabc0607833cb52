"""Judgement: Brief -> Proposal. Imports `tools.llm`, `tools.lookups` and `memory.domain`; never SQL, LangGraph, a connector or the vault."""
