"""The agent: rules first; a model only where they left something essential empty, and only for words that stand in the text."""

from __future__ import annotations

from pydantic import Field

from agents.base import Brief, Proposal, load_prompt, strike_unsupported, with_fallback
from agents.requisition_intake.completion import IntakeAnswer, completed, wants_help
from agents.requisition_intake.reading import Reading, read_instruction
from agents.requisition_intake.wording import restated
from memory.domain.base import Digest, UtcTime, sha256_hex
from memory.domain.evidence import Claim, EvidenceRef, Origin
from memory.domain.instruction import Understood
from memory.domain.money import Currency
from tools.llm.choice import NoModel
from tools.llm.port import Model, Question
from tools.llm.prompts import trusted, untrusted
from tools.llm.tiers import Tier


class IntakeBrief(Brief):
    """One instruction, when it was given, and what is known of its writer."""

    instruction: str
    now: UtcTime
    known_vendors: tuple[str, ...] = ()
    home_currency: Currency = "EUR"
    month_first: bool | None = None


class IntakeProposal(Proposal):
    """What was understood, in fields and in one plain sentence, and the questions for `understood.missing`, in its order.

    `given_by` says for each set field which level of precedence gave it, "instruction" or "default"; whoever fills an open
    field from a standing preference (policy > explicit instruction > standing preference > default) notes that there.
    """

    understood: Understood
    restated: str
    questions: tuple[str, ...] = ()
    given_by: dict[str, str] = Field(default_factory=dict)


class RequisitionIntake:
    """Turns plain English into a typed understanding. It only reads: nothing it returns can spend, approve or change a rule."""

    name = "requisition_intake"
    highest = Tier.FAST

    def __init__(self, model: Model | None = None) -> None:
        self._model: Model = model or NoModel()

    async def propose(self, brief: IntakeBrief) -> IntakeProposal:
        """Return what the instruction says. Raises `InputError` for text that is empty, too long, or not Unicode."""
        reading = _read(brief)
        texts = {_digest(brief): brief.instruction}
        if brief.tier is Tier.RULES or not wants_help(reading):
            proposal = _proposal(brief, reading)
            kept, struck = strike_unsupported(proposal.claims, texts)
            return proposal.model_copy(update={"claims": kept, "struck": struck})
        return await with_fallback(brief, self._model, model_way=_with_model, rules_way=lambda b: _proposal(b, reading), texts=texts)


async def _with_model(brief: IntakeBrief, model: Model) -> IntakeProposal:
    question = Question(
        prompt=load_prompt(RequisitionIntake.name),
        slots={"instruction": untrusted(brief.instruction), "today": trusted(f"{brief.now:%A, %d %B %Y}")},
        tier=brief.tier,
        case_id=brief.case_id,
        purpose="requisition_intake.read",
    )
    answered = await model.ask(question, IntakeAnswer)
    reading = completed(_read(brief), answered.value, brief.instruction, today=brief.now.date(), home_currency=brief.home_currency)
    return _proposal(brief, reading)


def _read(brief: IntakeBrief) -> Reading:
    return read_instruction(
        brief.instruction,
        now=brief.now,
        known_vendors=brief.known_vendors,
        home_currency=brief.home_currency,
        month_first=brief.month_first,
    )


def _proposal(brief: IntakeBrief, reading: Reading) -> IntakeProposal:
    understood = reading.understood
    return IntakeProposal(
        understood=understood,
        restated=restated(understood),
        questions=reading.questions,
        claims=_claims(brief, understood),
        given_by=_given_by(understood),
    )


def _claims(brief: IntakeBrief, understood: Understood) -> tuple[Claim, ...]:
    digest = _digest(brief)
    return tuple(
        Claim(text=f"{field}: {span.text}"[:1000], evidence=(EvidenceRef(digest=digest, origin=Origin.OPERATOR, span=span),))
        for field, span in understood.spans.items()
    )


def _given_by(understood: Understood) -> dict[str, str]:
    fields = ("need", "category", "quantity", "unit", "ceiling", "deadline", "vendor", "case")
    given = {field: "instruction" for field in fields if getattr(understood, field) is not None}
    return given | {"urgency": "instruction" if "urgency" in understood.spans else "default"}


def _digest(brief: IntakeBrief) -> Digest:
    return sha256_hex(brief.instruction.encode())
