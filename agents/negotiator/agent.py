"""The negotiator as an agent: the strategy decides, a template or a model words it, the check on what goes out has the last word."""

from __future__ import annotations

import re

from pydantic import BaseModel, Field

from agents.base import load_prompt, with_fallback
from agents.negotiator import letters
from agents.negotiator.brief import Letter, Move, NegotiatorBrief, NegotiatorProposal, Side
from agents.negotiator.checks.statements import check_statements
from agents.negotiator.drafts import check_draft
from agents.negotiator.language import Language
from agents.negotiator.outgoing import Allowed, Secrets, check_outgoing
from agents.negotiator.secrets import ceiling_forms, secrets_of, vendors_own
from agents.negotiator.strategy import Decision, Position, decide
from memory.domain.base import sha256_hex
from memory.domain.evidence import Claim
from memory.domain.quote import Terms
from memory.domain.recollection import RecollectionKind
from memory.domain.requisition import Requisition
from tools.llm.port import Model, ModelAnswerError, Question
from tools.llm.prompts import trusted, untrusted
from tools.llm.tiers import Tier

#: So many terms that the vendor accepted before are told beside a counteroffer.
_MOST_BEFORE = 2
_NAMES = {Language.EN: "English", Language.DE: "German", Language.FR: "French", Language.ES: "Spanish"}


class Wording(BaseModel):
    """What the model answers: the body of the letter between greeting and closing."""

    body: str = Field(min_length=20, max_length=4000)


class Negotiator:
    """Proposes the next move with one vendor. It decides by rules at every tier; a DEEP model may only word the letter."""

    name = "negotiator"
    highest = Tier.DEEP

    def __init__(self, model: Model) -> None:
        self._model = model

    async def propose(self, brief: NegotiatorBrief) -> NegotiatorProposal:
        """Return the move, its letter and why."""
        # Wording is the only thing a model adds here, and it is asked of the deep tier alone.
        asked = brief if brief.tier >= Tier.DEEP else brief.model_copy(update={"tier": Tier.RULES})
        return await with_fallback(asked, self._model, model_way=_worded, rules_way=_by_template)


def _by_template(brief: NegotiatorBrief) -> NegotiatorProposal:
    decision = decide(position_of(brief))
    told = _Slots(brief)
    letter = _letter(brief, decision, told)
    return NegotiatorProposal(
        move=decision.move,
        terms=decision.terms,
        letter=letter,
        rationale=_told_why(brief, decision),
        quote=brief.quote,
        held=check_letter(brief, decision, letter),
        claims=_claims(brief, decision),
        packages=decision.packages,
        stands=decision.stands,
        reasoning=decision.reasoning,
    )


def _told_why(brief: NegotiatorBrief, decision: Decision) -> str:
    """Return why a move is made; beside a counteroffer also which terms the vendor accepted before. For the operator only."""
    before = brief.recalled(brief.vendor.vendor_id, RecollectionKind.TERM)[:_MOST_BEFORE] if decision.move is Move.COUNTER else ()
    return f"{decision.rationale}; before, they {'; '.join(line.text for line in before)}" if before else decision.rationale


async def _worded(brief: NegotiatorBrief, model: Model) -> NegotiatorProposal:
    proposal = _by_template(brief)
    if proposal.held or proposal.move not in {Move.COUNTER, Move.CLARIFY}:
        return proposal
    decision = decide(position_of(brief))
    fixed = _fixed(brief, decision)
    question = Question(
        prompt=load_prompt("negotiator"),
        slots={
            "language": trusted(_NAMES[brief.language]),
            "fixed": trusted("\n".join(fixed)),
            "letter": trusted(proposal.letter.body),
            "vendor": untrusted(brief.vendor.name),
        },
        tier=Tier.DEEP,
        case_id=brief.case_id,
        purpose="negotiator.wording",
    )
    answer = (await model.ask(question, Wording)).value
    letter = Letter(subject=proposal.letter.subject, body=_framed(proposal.letter.body, answer.body))
    draft = check_draft(
        answer.body, fixed=fixed, language=brief.language, parties=_slot_strings(brief, decision), secrets=secrets_of(brief)
    )
    problems = (*check_letter(brief, decision, letter), *draft)
    if problems:
        raise ModelAnswerError("the wording was refused: " + "; ".join(problems), hint="the template is sent instead")
    return proposal.model_copy(update={"letter": letter, "worded_by": "model"})


def position_of(brief: NegotiatorBrief) -> Position:
    """Return what the strategy may know of a brief."""
    theirs = [offered.terms for offered in brief.history if offered.side is Side.VENDOR]
    if brief.quote is not None and (not theirs or theirs[-1] != brief.quote.terms):
        theirs.append(brief.quote.terms)
    ours = tuple(offered.terms for offered in brief.history if offered.side is Side.OURS)
    answered = tuple(
        sum(before.side is Side.VENDOR for before in brief.history[:place])
        for place, offered in enumerate(brief.history)
        if offered.side is Side.OURS
    )
    secrets = {money.amount_minor for money in secrets_of(brief).amounts if money.currency == brief.requisition.ceiling.currency}
    return Position(
        requisition=brief.requisition,
        theirs=tuple(theirs),
        ours=ours,
        answered=answered,
        list_price=brief.vendor.list_price,
        # Where it is known what terms are worth, every deal that is open to us stands among the alternatives.
        best_alternative=brief.best_alternative if brief.preferences is None and not brief.alternatives else None,
        alternatives=brief.alternatives,
        walk_away=brief.walk_away,
        preferences=brief.preferences,
        forbidden_months=brief.forbidden_months,
        record=brief.record,
        today=brief.today,
        seed=int(sha256_hex(f"{brief.case_id}/{brief.vendor.vendor_id}".encode())[:8], 16),
        may_package=brief.may_package,
        rounds_left=brief.rounds_left,
        vendor_final=brief.vendor_final,
        questions=_questions(brief),
        before_accepting=brief.quote.doubtful_validity if brief.quote is not None else (),
        questions_asked=brief.questions_asked,
        denied_needs=brief.denied_needs,
        readable=not brief.answer_unreadable and (brief.quote is not None or not brief.history),
        unspeakable=frozenset(secrets - {money.amount_minor for money in vendors_own(brief)}),
    )


def _questions(brief: NegotiatorBrief) -> tuple[str, ...]:
    """Return what the quote leaves open, whether it still stands included."""
    quote = brief.quote
    if quote is None:
        return ()
    expired = brief.today is not None and quote.lapsed(brief.today)
    return (*quote.ambiguous, *([f"Does your offer still stand? It was valid until {quote.valid_until}."] if expired else []))


def check_letter(brief: NegotiatorBrief, decision: Decision, letter: Letter) -> tuple[str, ...]:
    """Return what speaks against sending a letter for this decision."""
    # What was decided is stated word for word, each term once (`_misstated`): a cap of 5 % on increases is no share of anything.
    allowed: list[Allowed] = [*vendors_own(brief), *_slot_strings(brief, decision), *_stated(brief, decision), brief.requisition.quantity]
    if brief.reply_by is not None:
        allowed.append(brief.reply_by)
    for offer in _offers(decision):
        allowed += letters.line_figures(offer)
    text, secrets = f"{letter.subject}\n{letter.body}", secrets_of(brief)
    asked = [letters.question_in(question, brief.language) for question in decision.questions]
    found = check_outgoing(text, allowed_figures=allowed, secrets=secrets, language=brief.language, quoted=asked)
    spared = (*_slot_strings(brief, decision), *_fixed(brief, decision))
    return (*found, *check_statements(text, spared=spared, decides=decision.move is Move.ACCEPT), *_misstated(brief, decision, letter))


def _offers(decision: Decision) -> tuple[Terms, ...]:
    """Return what the letter offers: several packages, one set of terms, or nothing."""
    return decision.packages or (() if decision.terms is None else (decision.terms,))


def _misstated(brief: NegotiatorBrief, decision: Decision, letter: Letter) -> tuple[str, ...]:
    """Return which terms a letter does not state as decided: each line must stand in it once, so that no figure trades places."""
    rest, wrong = " ".join(letter.body.split()), list[str]()
    for line in sorted((" ".join(sentence.split()) for sentence in _stated(brief, decision)), key=len, reverse=True):
        if rest.count(line) != 1:
            wrong.append(f"does not state once what was decided: {line[:80]!r}")
        rest = rest.replace(line, " | ")
    return tuple(wrong)


def _stated(brief: NegotiatorBrief, decision: Decision) -> tuple[str, ...]:
    """Return the sentences in which the letter states what was decided."""
    offers = _offers(decision)
    if offers and decision.move is Move.ACCEPT:
        return (letters.price_line(offers[0], brief.language),)
    counters = offers and decision.move is Move.COUNTER
    return letters.fixed_sentences(offers, brief.language, leverage=brief.leverage, steps=_steps(brief, decision)) if counters else ()


def _steps(brief: NegotiatorBrief, decision: Decision) -> letters.Steps:
    """Return what each side has just done for the other, as far as a counteroffer may say so."""
    position, offers = position_of(brief), _offers(decision)
    if not position.theirs or not offers:
        return letters.NO_STEPS
    return letters.steps_of(
        position.theirs,
        position.answered[-1] if position.ours else None,
        (brief.packages or position.ours[-1:]) if position.ours else (),
        offers,
        position.effective,
        clear=not brief.doubted and not position.questions,
    )


def _fixed(brief: NegotiatorBrief, decision: Decision) -> tuple[str, ...]:
    """Return the sentences that stand word for word in the letter however it is worded."""
    return (*_stated(brief, decision), *(letters.question_in(question, brief.language) for question in decision.questions))


def _slot_strings(brief: NegotiatorBrief, decision: Decision) -> tuple[str, ...]:
    told = _Slots(brief)
    return (
        brief.operator,
        brief.vendor.name,
        brief.contact,
        told.need,
        *told.requisition.must_have,
        *told.requisition.nice_to_have,
        *told.confirm,
        *decision.questions,
        *(letters.question_in(question, brief.language) for question in decision.questions),
    )


class _Slots:
    """The operator's words as they may be told: whatever names a secret is left out, whatever names our limit too."""

    def __init__(self, brief: NegotiatorBrief) -> None:
        self._secrets = Secrets(amounts=ceiling_forms(brief), words=secrets_of(brief).words)
        need = brief.requisition.need
        self.need = need if self._clean(need) else letters.some_product(brief.language)
        self.confirm = tuple(item for item in brief.missing_evidence if self._clean(item))
        must, nice = (
            tuple(item for item in items if self._clean(item)) for items in (brief.requisition.must_have, brief.requisition.nice_to_have)
        )
        self.requisition: Requisition = brief.requisition.model_copy(update={"need": self.need, "must_have": must, "nice_to_have": nice})

    def _clean(self, text: str) -> bool:
        """Tell whether a wish may be told: no secret, and no amount at all, for an amount in a wish is a limit of ours."""
        return not check_outgoing(text, allowed_figures=(text,), secrets=self._secrets) and not re.search(
            r"[€$£]|\b(?:EUR|USD|GBP|euros?|budget|ceiling|obergrenze|plafond|presupuesto)\b", text, re.IGNORECASE
        )


def _letter(brief: NegotiatorBrief, decision: Decision, told: _Slots) -> Letter:
    if decision.move is Move.REQUEST_QUOTE:
        return letters.rfq(**_parties(brief), requisition=told.requisition, confirm=told.confirm, reply_by=brief.reply_by)
    if decision.move is Move.COUNTER and decision.terms is not None:
        return letters.counteroffer(
            **_parties(brief),
            need=told.need,
            packages=_offers(decision),
            questions=decision.questions,
            leverage=brief.leverage,
            steps=_steps(brief, decision),
        )
    if decision.move is Move.ACCEPT and decision.terms is not None:
        return letters.acceptance(**_parties(brief), need=told.need, terms=decision.terms)
    if decision.move is Move.CLARIFY:
        return letters.clarification(**_parties(brief), need=told.need, questions=decision.questions)
    return letters.decline(**_parties(brief), need=told.need)


def _parties(brief: NegotiatorBrief) -> letters.Parties:
    return {"operator": brief.operator, "vendor": brief.vendor.name, "contact": brief.contact, "language": brief.language}


def _claims(brief: NegotiatorBrief, decision: Decision) -> tuple[Claim, ...]:
    """Return what the move rests on: each figure of the quote with its place in the mail, and the list price."""
    quote, found = brief.quote, list[Claim]()
    if quote is not None:
        found += [
            Claim(
                text=f"{field.replace('_', ' ')}: {span.text}"[:1000],
                evidence=(quote.evidence(field),),
            )
            for field, span in sorted(quote.spans.items())
        ]
    if brief.vendor.list_price is not None and decision.move is Move.COUNTER:
        found.append(Claim(text=f"list price {brief.vendor.list_price}", evidence=brief.list_price_evidence))
    if decision.move is Move.COUNTER and brief.leverage.may_be_said:
        found.append(Claim(text="we hold a lower offer", evidence=brief.leverage.evidence))
    return tuple(found)


def _framed(template: str, body: str) -> str:
    """Return the model's words between the template's own greeting and closing."""
    parts = template.strip().split("\n\n")
    return "\n\n".join([*parts[:2], body.strip(), parts[-1]]) + "\n"
