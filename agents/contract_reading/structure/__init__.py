"""How a contract is built: its sections, its defined words, and what each clause refers to."""

from agents.contract_reading.structure.definitions import Definition
from agents.contract_reading.structure.references import Reference
from agents.contract_reading.structure.sections import Section
from agents.contract_reading.structure.surroundings import Beside, Surroundings, surroundings
from agents.contract_reading.structure.together import Structure, Together

__all__ = ["Beside", "Definition", "Reference", "Section", "Structure", "Surroundings", "Together", "surroundings"]
