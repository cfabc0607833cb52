"""Values of a contract: dates, lengths, notice, caps and law, in normal forms and with the places that prove them."""

from agents.contract_reading.values.fields import fields
from agents.contract_reading.values.reading import ContractValues, Law, Renewal, Stated, read_values

__all__ = ["ContractValues", "Law", "Renewal", "Stated", "fields", "read_values"]
