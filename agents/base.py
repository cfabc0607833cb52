"""What every agent has in common: a brief in, a proposal out; a model where one helps, rules where none does."""

from __future__ import annotations

import functools
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from importlib.resources import files
from typing import Protocol, TypeVar

from pydantic import Field, ValidationError

from memory.domain.base import Digest, Noun
from memory.domain.errors import NotFoundError
from memory.domain.evidence import Claim, EvidenceRef, Span
from memory.domain.recollection import MOST_RECOLLECTIONS, Recollection, RecollectionKind
from tools.llm.port import MODEL_SHORTFALLS, Answered, Model, ModelAnswerError, ModelRecord, Question, T
from tools.llm.prompts import Prompt
from tools.llm.tiers import Tier

_SPAN_LENGTH = 2000  # what a `Span` holds at most


class Brief(Noun):
    """Base of what an agent is given: everything it may know, and how much thinking it may buy.

    `recollections` are lines about the vendors from before this case, each with its source. They are told to the operator beside what
    an agent proposes, as data; nothing is decided by them, and no letter tells of them.
    """

    case_id: str
    tier: Tier = Tier.RULES
    recollections: tuple[Recollection, ...] = Field(default=(), max_length=MOST_RECOLLECTIONS)

    def recalled(self, vendor_id: str, kind: RecollectionKind) -> tuple[Recollection, ...]:
        """Return what is remembered of one vendor, of one kind. Other profiles of the same vendor count where they were merged by then."""
        return tuple(line for line in self.recollections if line.kind is kind and vendor_id in (line.vendor_id, line.about))


class Proposal(Noun):
    """Base of what an agent hands back. It binds nobody: only policy and the operator commit."""

    claims: tuple[Claim, ...] = ()
    struck: tuple[Claim, ...] = ()
    """Claims that had nothing behind them; kept for the ledger, never shown as true."""
    tier: Tier = Tier.RULES
    """The way that was really taken."""
    fallback: str = Field(default="", max_length=1000)
    """Why the rules did it although a model was asked; empty otherwise."""
    calls: tuple[ModelRecord, ...] = ()
    """Every model call made for this proposal, the failed ones too."""


BriefT = TypeVar("BriefT", bound=Brief)
ProposalT = TypeVar("ProposalT", bound=Proposal)
BriefT_contra = TypeVar("BriefT_contra", bound=Brief, contravariant=True)
ProposalT_co = TypeVar("ProposalT_co", bound=Proposal, covariant=True)


class Agent(Protocol[BriefT_contra, ProposalT_co]):
    """One job title. It can do its whole job at `Tier.RULES`, and does it better at `highest`."""

    @property
    def name(self) -> str:
        """The job title, which is also the name of its prompt file."""

    @property
    def highest(self) -> Tier:
        """The highest tier from which this agent has something to gain."""

    async def propose(self, brief: BriefT_contra) -> ProposalT_co:
        """Return a proposal; never write, send or decide."""


async def with_fallback(
    brief: BriefT,
    model: Model,
    *,
    model_way: Callable[[BriefT, Model], Awaitable[ProposalT]],
    rules_way: Callable[[BriefT], ProposalT],
    texts: Mapping[Digest, str] | None = None,
) -> ProposalT:
    """Return the model's proposal when the tier allows one and the model delivers, else the rules' with the reason noted.

    Ask through the model that `model_way` is given: the calls land in `Proposal.calls`, failed ones too. Claims without
    evidence are struck either way; with `texts`, so are claims whose span is not what the text says there.
    """
    if brief.tier <= Tier.RULES:
        return _evidenced(rules_way(brief), texts)
    noting = _NotingModel(model)
    tier, reason = brief.tier, ""
    try:
        proposal = await model_way(brief, noting)
    except MODEL_SHORTFALLS as error:
        proposal, tier, reason = rules_way(brief), Tier.RULES, f"{error.code}: {error.message}"
    except ValidationError as error:  # the answer had the right form, and yet no proposal can be made of it
        proposal, tier, reason = rules_way(brief), Tier.RULES, f"{ModelAnswerError.code}: {error}"
    noted = {"tier": tier, "fallback": reason[:1000], "calls": tuple(noting.records)}
    return _evidenced(proposal.model_copy(update=noted), texts)


class _NotingModel:
    """A model that remembers the record of each call."""

    def __init__(self, inner: Model) -> None:
        self._inner = inner
        self.records: list[ModelRecord] = []

    async def ask(self, question: Question, answer: type[T]) -> Answered[T]:
        try:
            answered = await self._inner.ask(question, answer)
        except ModelAnswerError as error:
            if error.record is not None:
                self.records.append(error.record)
            raise
        self.records.append(answered.record)
        return answered


def strike_unsupported(claims: Iterable[Claim], texts: Mapping[Digest, str] | None = None) -> tuple[tuple[Claim, ...], tuple[Claim, ...]]:
    """Return `(kept, struck)`: a claim stays only with evidence behind it (DESIGN §3.4, evidence or silence).

    `texts` are the decoded texts of the evidence at hand. A span into one of them must cover exactly the words it
    quotes; a span into an unknown text cannot be checked here and counts.
    """
    kept: list[Claim] = []
    struck: list[Claim] = []
    for claim in claims:
        sound = claim.supported and all(_says_so(ref, texts or {}) for ref in claim.evidence)
        (kept if sound else struck).append(claim)
    return tuple(kept), tuple(struck)


def _says_so(ref: EvidenceRef, texts: Mapping[Digest, str]) -> bool:
    text = texts.get(ref.digest)
    return text is None or ref.span is None or text[ref.span.start : ref.span.end] == ref.span.text


def _evidenced(proposal: ProposalT, texts: Mapping[Digest, str] | None) -> ProposalT:
    kept, struck = strike_unsupported(proposal.claims, texts)
    return proposal.model_copy(update={"claims": kept, "struck": proposal.struck + struck})


def locate(text: str, quote: str) -> Span | None:
    """Return the span of `quote` in `text`, or nothing when it is not there: what a model "quotes" is looked up, not believed.

    White space may differ (mails are re-wrapped, and fenced text carries line marks); nothing else may.
    """
    words = quote.replace("\n| ", "\n").split()
    if not words:
        return None
    found = re.search(r"\s+".join(re.escape(word) for word in words), text)
    if found is None:
        return None
    covered = found.group()[:_SPAN_LENGTH]
    return Span(start=found.start(), end=found.start() + len(covered), text=covered)


@functools.cache
def load_prompt(agent: str) -> Prompt:
    """Return the prompt of an agent from `agents/prompts/<agent>.md`. Raises `NotFoundError`."""
    source = files("agents") / "prompts" / f"{agent}.md"
    if not source.is_file():
        raise NotFoundError(f"there is no prompt for {agent}", hint=f"add agents/prompts/{agent}.md with a section '## Input'")
    return Prompt.of(agent, source.read_text(encoding="utf-8"))
