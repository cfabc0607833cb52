"""The contract reader: rules and a trained finder read and prove; a model, where one is allowed, points at passages they did not know."""

from __future__ import annotations

from dataclasses import replace

from agents.base import with_fallback
from agents.contract_reader.asking import asked
from agents.contract_reader.brief import ContractBrief, ContractProposal
from agents.contract_reader.completing import completed
from agents.contract_reader.excerpt import Marked
from agents.contract_reader.lasting import with_plan
from agents.contract_reader.reading import Reading, read
from agents.contract_reader.reviewing import proposal
from agents.contract_reader.sightings import seen_in
from agents.contract_reader.weighing import doubted, weighed
from agents.contract_reading.values import ContractValues, read_values
from tools.llm.port import Model
from tools.llm.tiers import Tier


class ContractReader:
    """Reads one contract. It never follows what the contract says to do."""

    name = "contract_reader"
    highest = Tier.DEEP

    def __init__(self, model: Model) -> None:
        self._model = model

    async def propose(self, brief: ContractBrief) -> ContractProposal:
        """Return the review of a contract, every value with the sentence that proves it."""
        return await with_fallback(brief, self._model, model_way=_model_way, rules_way=_rules_way, texts={brief.text_digest: brief.text})


def _rules_way(brief: ContractBrief) -> ContractProposal:
    reading, values, _ = _seen(brief.text)
    return proposal(brief, with_plan(reading, values, brief.text))


async def _model_way(brief: ContractBrief, model: Model) -> ContractProposal:
    read_first, values, marked = _seen(brief.text)
    reading, worries = await asked(brief, model, read_first, marked)
    return proposal(brief, with_plan(reading, values, brief.text), worries)


def _seen(text: str) -> tuple[Reading, ContractValues, Marked]:
    seen = seen_in(text)
    values = read_values(text, seen.passages)
    reading = completed(read(text), values, text)
    sighted = tuple(weighed(seen.sightings, reading.addressed))
    return replace(reading, sighted=sighted, doubted=doubted(reading, seen.absent)), values, seen.passages
