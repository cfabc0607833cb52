"""Values of a contract: dates, lengths, notice and law, in normal forms and with the places that prove them."""

from agents.contract_reading.values.fields import fields

__all__ = ["fields"]
