"""The intake: an instruction in plain English becomes a typed understanding, each field with the words behind it."""

from __future__ import annotations

from agents.requisition_intake.agent import IntakeBrief, IntakeProposal, RequisitionIntake
from agents.requisition_intake.lexicon import catalogue_category
from agents.requisition_intake.reading import Reading, read_instruction, understand
from agents.requisition_intake.refusals import refusal
from agents.requisition_intake.text import MAX_INSTRUCTION

__all__ = [
    "MAX_INSTRUCTION",
    "IntakeBrief",
    "IntakeProposal",
    "Reading",
    "RequisitionIntake",
    "catalogue_category",
    "read_instruction",
    "refusal",
    "understand",
]
