"""What comes back from an instruction, and the draft of it that each intent writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from memory.domain.base import JsonObject
from memory.domain.events import Event
from memory.unit_of_work import Check

READ_ONLY = "none needed: a question changes nothing"
"""The precedence of an answer that only reads."""


@dataclass(frozen=True)
class Answer:
    """What was understood, what was answered and done, and what it rests on.

    `references` are ids of ledger events, cases and approvals. `precedence` says in words which level applied (policy >
    explicit instruction > standing preference > default). `acted` is whether anything beyond the conversation itself was
    written; it is never true for a dry run. `needs_confirmation` marks what a dashboard should ask twice about.
    """

    understood: JsonObject
    intent: str
    answer: str
    references: tuple[str, ...] = ()
    case_id: str | None = None
    precedence: str = ""
    acted: bool = False
    needs_confirmation: bool = False
    questions: tuple[str, ...] = ()
    instruction_id: str = ""

    def as_json(self) -> JsonObject:
        """Return the answer as a JSON object, as `qm ask --json` prints it and as the ledger's act keeps it."""
        return {**asdict(self), "references": list(self.references), "questions": list(self.questions)}


@dataclass(frozen=True)
class Draft:
    """What one intent would answer and do: nothing has been written yet.

    `events` go into the workspace's stream in one transaction with the record of the instruction, if `check` (run under the
    lock) does not object. `carry_out` is what has to go through the service instead; it returns what to say when that was
    refused, or nothing.
    """

    sentences: tuple[str, ...]
    references: tuple[str, ...] = ()
    case_id: str | None = None
    precedence: str = ""
    events: tuple[Event, ...] = ()
    check: Check | None = None
    carry_out: Callable[[], None] | None = None
    needs_confirmation: bool = False
    questions: tuple[str, ...] = ()
    intent: str = ""
    """Set where reading more closely showed another intent than the intake's."""
    undo: str = field(default="")
    """How to take it back, in words."""

    @property
    def acts(self) -> bool:
        """Whether carrying it out writes anything beyond the conversation."""
        return bool(self.events) or self.carry_out is not None

    @property
    def text(self) -> str:
        """The answer as plain text, a sentence or list line per line."""
        return "\n".join(s for s in (*self.sentences, self.undo) if s)


def asking(*questions: str, because: str = "", references: tuple[str, ...] = ()) -> Draft:
    """Return a draft that does nothing but ask."""
    return Draft((because, "Nothing was done yet.", *questions), references=references, questions=questions)
