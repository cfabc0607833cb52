"""The chat's door: read, answer, act once, and record all three."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import sqlalchemy as sa

from graphs.interaction import budget, control, policy, preference, purchase, question, renewal, term_preference, unknown, vendor
from graphs.interaction.answer import Answer, Draft
from graphs.interaction.desk import FrontDesk, Instruction
from graphs.policy.document import Policy
from graphs.service import Procurement, readable_instruction
from memory.database import reading
from memory.domain.base import JsonObject, sha256_hex
from memory.domain.clock import Clock, IdMaker
from memory.domain.errors import ConflictError, NotFoundError, QuartermasterError
from memory.domain.events.workspace import InstructionAnswered, InstructionReceived
from memory.domain.evidence import Origin
from memory.domain.instruction import Intent, Understood
from memory.evidence import EvidenceStore
from memory.ledger import WORKSPACE, StoredEvent, read_events
from memory.unit_of_work import UnitOfWork
from memory.views.vendors import vendor_list


def _case_or_contract(instruction: Instruction, desk: FrontDesk) -> Draft:
    """Draft a command on a case; what is bought already has a contract instead, and is not renewed."""
    return renewal.of_a_bought_case(instruction, desk) or control.respond(instruction, desk)


RESPOND: dict[Intent, Callable[[Instruction, FrontDesk], Draft]] = {
    Intent.PURCHASE: purchase.respond,
    Intent.BUDGET_UPDATE: budget.respond,
    Intent.VENDOR_SUGGESTION: vendor.respond,
    Intent.QUESTION: question.respond,
    Intent.CASE_CONTROL: _case_or_contract,
    Intent.POLICY_CHANGE: policy.respond,
    Intent.RENEWAL_ACTION: renewal.respond,
    Intent.UNKNOWN: unknown.respond,
}
"""Who answers what: one file per intent."""


class Interaction:
    """Answers chat-style instructions."""

    def __init__(
        self,
        database: sa.Engine,
        unit_of_work: UnitOfWork,
        evidence: EvidenceStore,
        service: Procurement,
        clock: Clock,
        ids: IdMaker,
        policy: Callable[[], Policy],
        understand: Callable[..., Understood],
        *,
        home_currency: str = "EUR",
        by: str = "operator",
    ) -> None:
        self._desk = FrontDesk(database, unit_of_work, evidence, service, clock, ids, policy, home_currency, by)
        self._understand = understand

    def ask(self, text: str, *, surface: str, dry_run: bool = False, instruction_id: str | None = None) -> Answer:
        """Do what an instruction says, as far as policy and its words allow, and say what was understood and done.

        An `instruction_id` that was answered before gives the recorded answer back and does nothing again. A dry run writes
        nothing at all. Raises `InputError` for an empty or overlong text, and `ConflictError` when what the answer rested on
        was changed by somebody else meanwhile; nothing is written then.
        """
        words = readable_instruction(text)
        instruction_id = instruction_id or self._desk.ids.new("ASK")
        known = self._desk.unit_of_work.recorded(_key(instruction_id))
        if known is not None:
            return self._again(known)
        instruction = self._read(words, instruction_id, surface, dry_run=dry_run)
        draft = self._respond(instruction)
        return self._answer(instruction, draft) if dry_run else self._carry_out(instruction, draft)

    def _read(self, words: str, instruction_id: str, surface: str, *, dry_run: bool) -> Instruction:
        now = self._desk.clock.now()
        names = tuple(p.facts.name for p in vendor_list(self._desk.database))
        understood = self._understand(words, now=now, known_vendors=names, home_currency=self._desk.home_currency)
        return Instruction(instruction_id, words, sha256_hex(words.encode()), understood, now, surface, dry_run)

    def _respond(self, instruction: Instruction) -> Draft:
        wish = preference.stated_preference(instruction.text)
        if wish is not None:
            return preference.respond(instruction, self._desk, *wish)
        weighed = term_preference.respond(instruction, self._desk)
        if weighed is not None:
            return weighed
        return RESPOND[instruction.understood.intent](instruction, self._desk)

    def _answer(self, instruction: Instruction, draft: Draft) -> Answer:
        return Answer(
            understood=instruction.understood.public(),
            intent=draft.intent or instruction.understood.intent.value,
            answer=draft.text,
            references=draft.references,
            case_id=draft.case_id,
            precedence=draft.precedence,
            acted=draft.acts and not instruction.dry_run,
            needs_confirmation=draft.needs_confirmation,
            questions=draft.questions,
            instruction_id=instruction.instruction_id,
        )

    def _carry_out(self, instruction: Instruction, draft: Draft) -> Answer:
        """Act, then record.

        What goes through the service has a key of its own or checks the case's state, so a crash in between leaves at worst an
        act without its line in the chat, and never one that is done twice.
        """
        self._desk.evidence.put_text(instruction.text, origin=Origin.OPERATOR, source=f"instruction by {instruction.surface}")
        if draft.carry_out is not None:
            try:
                draft.carry_out()
            except (ConflictError, NotFoundError) as error:
                draft = _refused(draft, error)
        answer = self._answer(instruction, draft)
        received = InstructionReceived(
            instruction_id=instruction.instruction_id, text=instruction.text, understood=answer.understood, surface=instruction.surface
        )
        answered = InstructionAnswered(
            instruction_id=instruction.instruction_id,
            answer=answer.answer,
            references=answer.references,
            case_id=answer.case_id,
            precedence=answer.precedence,
        )
        recorded = self._desk.unit_of_work.act(
            _key(instruction.instruction_id),
            [received, *draft.events, answered],
            stream=WORKSPACE,
            actor=self._desk.by,
            result=answer.as_json(),
            check=draft.check,
        )
        return self._again(recorded.result) if recorded.repeated else _with_facts(answer, recorded.events)

    def _again(self, kept: JsonObject) -> Answer:
        """Return a recorded answer as it was given the first time."""
        answer = _from_json(kept)
        with reading(self._desk.database) as connection:
            events = [e for e in read_events(connection, stream=WORKSPACE) if e.act_key == _key(answer.instruction_id)]
        return _with_facts(answer, events)


def _key(instruction_id: str) -> str:
    return f"instruction/{instruction_id}"


def _refused(draft: Draft, error: QuartermasterError) -> Draft:
    """Return the draft of an act that the service refused: it was not done, and the answer says why."""
    told = (f"I did nothing: {error.message}.", error.hint)
    return replace(draft, sentences=told, carry_out=None, undo="", needs_confirmation=False)


def _with_facts(answer: Answer, events: Sequence[StoredEvent]) -> Answer:
    """Add the ids of the facts written with the answer; they are known only once it is recorded."""
    facts = (e.event_id for e in events if not e.kind.startswith("instruction."))
    return replace(answer, references=(*answer.references, *facts))


def _from_json(kept: JsonObject) -> Answer:
    return Answer(**{**kept, "references": tuple(kept["references"]), "questions": tuple(kept["questions"])})
