"""From a reading to the review and its claims."""

from __future__ import annotations

from collections.abc import Iterator

from agents.contract_reader.brief import ContractBrief, ContractProposal
from agents.contract_reader.clauses import RISKS
from agents.contract_reader.concerns import concerns
from agents.contract_reader.conflicts import conflicts
from agents.contract_reader.money_values import NO_CAP
from agents.contract_reader.reading import Proven, Reading, kept
from agents.contract_reader.sentences import Sentence
from agents.contract_reader.sightings import not_understood
from agents.contract_reader.trials import trial_in
from agents.contract_reader.weighing import proves
from agents.contract_reading.policy_check import State, check_policy
from memory.domain.contract import Certainty, Clause, ClauseKind, ContractReview, Finding, Severity, Undated
from memory.domain.evidence import Claim, EvidenceRef, Origin, Span
from memory.domain.policy import Verdict


def proposal(brief: ContractBrief, reading: Reading, further: tuple[Finding, ...] = ()) -> ContractProposal:
    """Return what the contract says and what to make of it, the heaviest finding first."""
    review = ContractReview(
        contract=brief.contract,
        text=brief.text_digest,
        pages=brief.pages,
        clauses=(*_with_sighted(list(_clauses(reading)), reading), *_perhaps(brief.text, reading)),
        total=reading.total.value if reading.total else None,
        effective_on=reading.effective_on.value if reading.effective_on else None,
        initial_term_months=reading.initial_months.value if reading.initial_months else None,
        renewal_months=reading.renewal_months.value if reading.renewal_months else None,
        auto_renews=reading.auto_renews.value if reading.auto_renews else None,
        notice_days=reading.notice_days.value if reading.notice_days else None,
        plan=reading.plan,
        undated="; ".join(doubt.says for doubt in reading.doubts)[:500],
        doubts=tuple(Undated(clause=doubt.kind, says=doubt.says[:300], span=doubt.sentence.span) for doubt in reading.doubts),
        runs_on=reading.runs_on is not None,
        ending_notice=reading.runs_on.notice if reading.runs_on else None,
        governing_law=reading.governing_law.value if reading.governing_law else None,
        trial=trial_in(brief.text, reading.effective_on.value if reading.effective_on else None),
    )
    objections = check_policy(review, brief.text, brief.positions)
    told = (objection.finding for objection in objections if objection.state is not State.SILENT or objection.verdict is Verdict.DENY)
    found = dict.fromkeys((*conflicts(reading, brief), *concerns(reading, brief), *_language(brief), *told, *further))
    weight = list(Severity)
    findings = tuple(sorted(found, key=lambda f: -weight.index(f.severity)))
    claims = tuple(_claims(brief, reading))
    return ContractProposal(review=review.model_copy(update={"findings": findings}), claims=claims, conflicts=objections)


#: What a paper is mostly asked to have.
_WANTED = (
    ClauseKind.LIABILITY_CAP,
    ClauseKind.DATA_PROTECTION,
    ClauseKind.GOVERNING_LAW,
    ClauseKind.CONFIDENTIALITY,
    ClauseKind.TERMINATION,
)
_SHOWN = 200  # characters


def _perhaps(text: str, reading: Reading) -> Iterator[Clause]:
    """Yield a doubt about what a paper should have, where its language is not read: "it says nothing about it" would be a guess."""
    if not_understood(text):
        words = text.strip()[:_SHOWN]
        span = Span(start=text.index(words), end=text.index(words) + len(words), text=words)
        yield from (Clause(kind=kind, span=span, certainty=Certainty.UNSURE) for kind in _WANTED if not reading.mentions(kind))


def _language(brief: ContractBrief) -> Iterator[Finding]:
    if not_understood(brief.text):
        yield Finding(
            severity=Severity.CONCERN,
            text="it is neither in English nor in German: what is said to be missing was perhaps only not understood",
        )


def stated(reading: Reading) -> Iterator[tuple[str, Proven[object]]]:
    """Yield each value read, in words, with its proof."""
    if reading.total:
        yield f"{reading.total.value}", reading.total
    if reading.net_total:
        yield f"{reading.net_total.value} net", reading.net_total
    for price in reading.prices[:1]:
        yield f"{price.value}", price
    if reading.effective_on:
        yield reading.effective_on.value.isoformat(), reading.effective_on
    if reading.initial_months:
        yield f"{reading.initial_months.value} months", reading.initial_months
    if reading.auto_renews:
        length = f" for {reading.renewal_months.value} months" if reading.renewal_months else ""
        yield f"renews by itself{length}" if reading.auto_renews.value else "does not renew by itself", reading.auto_renews
    if reading.notice_days:
        yield f"{reading.notice_days.value} days", reading.notice_days
    yield from _stated_terms(reading)


def _stated_terms(reading: Reading) -> Iterator[tuple[str, Proven[object]]]:
    if reading.payment_days:
        yield f"{reading.payment_days.value} days", reading.payment_days
    if reading.increase_bp:
        capped = reading.increase_bp.value < NO_CAP
        yield f"at most {reading.increase_bp.value / 100:g} %" if capped else "no cap", reading.increase_bp
    elif reading.increase_index:
        yield "at most the rise of an index", reading.increase_index
    if reading.governing_law:
        yield reading.governing_law.value, reading.governing_law
    if reading.liability:
        yield reading.liability.value, reading.liability
    for region in reading.regions[:1]:
        yield region.value, region


def _clauses(reading: Reading) -> Iterator[Clause]:
    first: dict[ClauseKind, tuple[str, Proven[object]]] = {}
    for words, proven in stated(reading):
        first.setdefault(proven.kind, (words, proven))
    for kind in ClauseKind:
        value = first[kind][0] if kind in first else None
        proving = first[kind][1].sentence if kind in first else None
        two_ways = kind in {doubt.kind for doubt in reading.unsure}
        found = sorted(reading.found.get(kind, []), key=lambda sentence: _in_doubt(kind, sentence, reading))
        for sentence in kept(found, proving):
            certainty = Certainty.UNSURE if two_ways or _in_doubt(kind, sentence, reading) else Certainty.SURE
            yield Clause(kind=kind, span=sentence.span, value=value if sentence is proving else None, certainty=certainty)


def _in_doubt(kind: ClauseKind, sentence: Sentence, reading: Reading) -> bool:
    return kind in RISKS and (kind in reading.doubted or not proves(kind, sentence, reading))


def _with_sighted(clauses: list[Clause], reading: Reading) -> tuple[Clause, ...]:
    """Return the clauses of the rules and what was seen beside them: a passage stands once for a kind, with a value where one was read.

    Where a clause was surely found, a doubt about another passage is idle.
    """
    told = list(clauses)
    for sighting in reading.sighted:
        met = next((n for n, c in enumerate(told) if c.kind is sighting.kind and sighting.meets(c.span.start, c.span.end)), None)
        sure = sighting.certainty is Certainty.SURE
        if met is None and (sure or not reading.passages(sighting.kind)):
            told.append(sighting.clause)
        elif met is not None and sure and sighting.value and not told[met].value:
            told[met] = sighting.clause
    return tuple(told)


def _claims(brief: ContractBrief, reading: Reading) -> Iterator[Claim]:
    for words, proven in stated(reading):
        evidence = EvidenceRef(digest=brief.text_digest, origin=Origin.VENDOR_DOCUMENT, span=proven.sentence.span)
        yield Claim(text=f"{proven.kind.value.replace('_', ' ')}: {words}", evidence=(evidence,))
