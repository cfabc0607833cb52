"""Reads contracts without a model server or a network: text in, typed findings with character spans out.

The machinery behind the face `agents.contract_reader`. Everything here is pure: no files but the shipped model, no clock, no SQL.
"""
