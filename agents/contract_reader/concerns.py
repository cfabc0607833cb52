"""Findings: what the paper says that speaks against it, what it leaves out, and what in it cannot be clear."""

from __future__ import annotations

from collections.abc import Iterator

from agents.contract_reader.brief import ContractBrief
from agents.contract_reader.clauses import RISKS
from agents.contract_reader.conflicts import BLOCKER, CONCERN, NOTE, about
from agents.contract_reader.money_values import NO_CAP
from agents.contract_reader.reading import Reading, RunsOn
from agents.contract_reading.values.written_dates import ambiguous_dates
from memory.domain.contract import ClauseKind, Finding
from memory.domain.words import counted
from tools.lookups.document_parts import WarningKind

_SHOWN = 10  # passages to software that are listed; a paper full of them needs no longer list

#: What may well be so in an honest paper; the rest (hidden words, tracked changes, scripts) wants the operator's eyes.
_HARMLESS = frozenset(
    {
        WarningKind.TEXT_LAYER,
        WarningKind.NAME_DIFFERS,
        WarningKind.ENCODING_GUESSED,
        WarningKind.OTHER_DOCUMENTS,
        WarningKind.INVISIBLE_CHARACTERS,
    }
)

_RISK_WORDS = {
    ClauseKind.EXCLUSIVITY: "it binds you to this vendor exclusively",
    ClauseKind.NON_COMPETE: "it forbids you to compete",
    ClauseKind.UNCAPPED_LIABILITY: "liability without a limit",
    ClauseKind.AI_TRAINING: "your data may be used to train models",
}
_EXPECTED = {
    ClauseKind.LIABILITY_CAP: (CONCERN, "no liability cap is stated"),
    ClauseKind.GOVERNING_LAW: (NOTE, "no governing law is stated"),
    ClauseKind.DATA_PROTECTION: (CONCERN, "nothing is said about data protection"),
    ClauseKind.CONFIDENTIALITY: (NOTE, "nothing is said about confidentiality"),
    ClauseKind.TERMINATION: (NOTE, "nothing is said about ending it early"),
}


def concerns(reading: Reading, brief: ContractBrief) -> Iterator[Finding]:
    """Yield what speaks against the paper whatever was agreed."""
    yield from _present(reading, brief)
    yield from _renewal(reading)
    yield from _absent(reading)
    yield from _unclear(reading)
    yield from _noticed(brief)
    for sentence in reading.addressed[:_SHOWN]:
        yield Finding(severity=CONCERN, text="text addressed to software, not to you; it was not followed", span=sentence.span)


def _present(reading: Reading, brief: ContractBrief) -> Iterator[Finding]:
    judged = {position.clause for position in brief.positions}  # policy's own finding tells of it
    for kind in RISKS:
        for span in reading.passages(kind)[:1] if kind not in judged else ():
            words = f"look at it: perhaps {_RISK_WORDS[kind]}" if kind in reading.doubted else _RISK_WORDS[kind]
            yield Finding(severity=CONCERN, text=words, clause=kind, span=span)
    if reading.liability is not None and reading.liability.value == "excluded":
        yield about(CONCERN, "the vendor excludes its liability", reading.liability)
    if reading.increase_bp is not None and reading.increase_bp.value >= NO_CAP:
        yield about(CONCERN, "prices may rise without a cap", reading.increase_bp)
    if reading.increase_bp is None and reading.increase_index is not None:
        yield about(CONCERN, "prices may rise as far as an index does, without a cap of their own", reading.increase_index)


def _renewal(reading: Reading) -> Iterator[Finding]:
    renews = reading.auto_renews
    if renews is None or not renews.value:
        return
    length = f" for {reading.renewal_months.value} months" if reading.renewal_months else ""
    long = reading.renewal_months and reading.initial_months and reading.renewal_months.value > reading.initial_months.value
    yield about(CONCERN if long else NOTE, f"it renews by itself{length}{', longer than the first term' if long else ''}", renews)
    if reading.notice_days is None and not (reading.plan and reading.plan.notice) and not reading.doubts:
        yield about(CONCERN, "it renews by itself, and no notice period is stated", renews)


def _absent(reading: Reading) -> Iterator[Finding]:
    for kind, (severity, text) in _EXPECTED.items():
        if not reading.mentions(kind):
            yield Finding(severity=severity, text=text, clause=kind)
    if reading.effective_on is None:
        yield Finding(severity=CONCERN, text="no date is stated on which it takes effect", clause=ClauseKind.EFFECTIVE_DATE)
    if reading.runs_on is not None:
        yield Finding(severity=NOTE, text=_runs_on(reading.runs_on), clause=ClauseKind.INITIAL_TERM, span=reading.runs_on.sentence.span)
    elif reading.initial_months is None and reading.plan is None:
        yield Finding(severity=CONCERN, text="the length of the term is not stated", clause=ClauseKind.INITIAL_TERM)
    if reading.auto_renews is None and reading.runs_on is None:
        yield Finding(severity=NOTE, text="whether it renews by itself is not stated", clause=ClauseKind.RENEWAL)


_UNITS = {"days": "day", "business_days": "working day", "weeks": "week", "months": "month"}
_TO = {"month_end": " to the end of a month", "quarter_end": " to the end of a quarter"}


def _runs_on(found: RunsOn) -> str:
    """Return what is told of a contract without a term."""
    if found.notice is None:
        return "it runs until somebody ends it; with what notice was not read"
    length = counted(found.notice.length, _UNITS[found.notice.unit])
    return f"it runs until somebody ends it, with a notice of {length}{_TO.get(found.notice.anchor, '')}"


def _noticed(brief: ContractBrief) -> Iterator[Finding]:
    for warning in brief.warnings:
        shown = f": {warning.excerpt}" if warning.excerpt else ""
        yield Finding(severity=NOTE if warning.kind in _HARMLESS else CONCERN, text=f"{warning.says}{shown}")


def _unclear(reading: Reading) -> Iterator[Finding]:
    for kind, stated, sentence in reading.unclear:
        weight = BLOCKER if kind is ClauseKind.TOTAL else CONCERN
        yield Finding(
            severity=weight, text=f"it contradicts itself about {kind.value.replace('_', ' ')}: {stated}", clause=kind, span=sentence.span
        )
    for doubt in reading.doubts:
        yield Finding(severity=CONCERN, text=f"no last day to act is told: {doubt.says}", clause=doubt.kind, span=doubt.sentence.span)
    for doubt in reading.unsure:
        yield Finding(severity=CONCERN, text=doubt.says, clause=doubt.kind, span=doubt.sentence.span)
    if reading.effective_on is None:
        for sentence in reading.found.get(ClauseKind.EFFECTIVE_DATE, ()):
            for day in ambiguous_dates(sentence.flat):
                text = f"{day} may be read as two different days"
                yield Finding(severity=CONCERN, text=text, clause=ClauseKind.EFFECTIVE_DATE, span=sentence.span)
