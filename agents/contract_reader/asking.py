"""The model's part: it points at passages. What a passage says is read by the same rules, and a quote that is not there is dropped."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from agents.base import load_prompt, locate
from agents.contract_reader import money_values, term_values
from agents.contract_reader.brief import ContractBrief
from agents.contract_reader.clauses import RISKS, addressed_to_software
from agents.contract_reader.excerpt import Marked, excerpt_for_model
from agents.contract_reader.places import governing_law
from agents.contract_reader.reading import Proven, Reading
from agents.contract_reader.sentences import Sentence
from agents.contract_reading.values.stretches import lengths
from memory.domain.contract import ClauseKind, Finding, Severity
from tools.llm.port import Model, Question
from tools.llm.prompts import trusted, untrusted


class Passage(BaseModel):
    """A passage the model points at: the clause it is, and its exact words."""

    model_config = ConfigDict(extra="forbid")

    clause: ClauseKind
    quote: str = Field(min_length=8, max_length=1000)


class Worry(BaseModel):
    """Something the model would tell the operator, with the words behind it."""

    model_config = ConfigDict(extra="forbid")

    severity: Literal["note", "concern"]
    text: str = Field(min_length=1, max_length=300)
    quote: str = Field(min_length=8, max_length=1000)


class ContractAnswer(BaseModel):
    """What the model is asked for."""

    model_config = ConfigDict(extra="forbid")

    passages: list[Passage] = Field(max_length=60)
    worries: list[Worry] = Field(max_length=20)


async def asked(brief: ContractBrief, model: Model, reading: Reading, marked: Marked) -> tuple[Reading, tuple[Finding, ...]]:
    """Return the reading with gaps filled where the model pointed at proof, and its worries. Raises what the model raises.

    Of a long contract the model is shown the passages that were `marked`, and what the rules read.
    """
    read = ((sentence.start, sentence.end) for found in reading.found.values() for sentence in found)
    shown = excerpt_for_model(brief.text, marked, read)
    missing = [kind.value for kind in ClauseKind if kind not in reading.found]
    question = Question(
        prompt=load_prompt("contract_reader"),
        slots={"not_found": trusted(", ".join(missing) or "nothing"), "contract": untrusted(shown)},
        tier=brief.tier,
        case_id=brief.case_id,
        purpose="contract_reader.review",
    )
    answer = (await model.ask(question, ContractAnswer)).value
    return _filled(reading, brief.text, answer.passages), tuple(_worries(brief.text, answer.worries))


def _worries(text: str, worries: list[Worry]) -> list[Finding]:
    found = [(worry, locate(text, worry.quote)) for worry in worries]
    return [Finding(severity=Severity(worry.severity), text=worry.text, span=span) for worry, span in found if span is not None]


def _filled(reading: Reading, text: str, passages: list[Passage]) -> Reading:
    """Return a copy with more clauses, and with values where the rules had read none and the quoted words state one."""
    filled = replace(reading, found={kind: list(found) for kind, found in reading.found.items()})
    for passage in passages:
        span = locate(text, passage.quote)
        sentence = Sentence(span.start, span.end, span.text) if span else None
        if (
            sentence is None
            or (addressed_to_software(sentence) and passage.clause not in RISKS)
            or not _plausible(passage.clause, sentence)
        ):
            continue
        known = filled.found.setdefault(passage.clause, [])
        if not any(s.start <= sentence.start and sentence.end <= s.end for s in known):
            known.append(sentence)
        _fill(filled, passage.clause, sentence)
    return filled


def _fill(reading: Reading, clause: ClauseKind, sentence: Sentence) -> None:
    for field, reader in _READERS.get(clause, {}).items():
        if getattr(reading, field) is None:
            value = reader(sentence.flat)
            if value is not None:
                setattr(reading, field, Proven(value, sentence, clause))


def _plausible(clause: ClauseKind, sentence: Sentence) -> bool:
    """Return whether the words can be that clause at all. A comfort is believed only when its words are there; a risk always."""
    form = _COMFORTS.get(clause)
    return form is None or bool(re.search(form, sentence.flat, re.IGNORECASE))


_COMFORTS = {
    ClauseKind.LIABILITY_CAP: r"liab|haft|damages",
    ClauseKind.GOVERNING_LAW: r"\blaw|\brecht",
    ClauseKind.DATA_PROTECTION: r"data|daten|GDPR|DSGVO|privacy",
    ClauseKind.DATA_REGION: r"data|daten|server",
    ClauseKind.CONFIDENTIALITY: r"confiden|secre|vertraulich|geheim|disclos",
    ClauseKind.TERMINATION: r"terminat|cancel|künd|end",
}


def _months(words: str) -> int | None:
    stretches = {length.months for length in lengths(words) if length.months}
    return stretches.pop() if len(stretches) == 1 else None


def _days(words: str) -> int | None:
    stretches = {length.days_at_most for length in lengths(words)}
    return stretches.pop() if len(stretches) == 1 else None


_READERS: dict[ClauseKind, dict[str, Callable[[str], Any]]] = {
    ClauseKind.TOTAL: {
        "total": lambda words: money_values.gross_total(words) or money_values.plain_total(words),
        "net_total": money_values.net_total,
    },
    ClauseKind.EFFECTIVE_DATE: {"effective_on": term_values.effective_date},
    ClauseKind.INITIAL_TERM: {"initial_months": lambda words: term_values.initial_months(words) or _months(words)},
    ClauseKind.RENEWAL: {"auto_renews": term_values.auto_renews, "renewal_months": lambda words: term_values.renewal_months(words, None)},
    ClauseKind.NOTICE: {"notice_days": _days},
    ClauseKind.PAYMENT_TERMS: {"payment_days": money_values.payment_days},
    ClauseKind.GOVERNING_LAW: {"governing_law": governing_law},
    ClauseKind.LIABILITY_CAP: {"liability": money_values.liability_cap},
}
