"""What a replay has in the place of models and of contract memory: recorded answers, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from graphs.case_replay.record import Entry
from memory.domain.errors import UnavailableError
from memory.domain.events.workspace import MemoryMissed
from memory.domain.note import Note
from memory.evidence import EvidenceStore
from memory.recall.in_memory import InMemoryRecall
from tools.llm.asking import Completion, read_answer
from tools.llm.port import Answered, ModelAnswerError, ModelRecord, ModelUnavailableError, Question, T

CurrentEntry = Callable[[], Entry | None]


class RecordedAnswers:
    """Answers a question from the record of the step that asks it; a question without a recorded answer is noted, never asked."""

    def __init__(self, evidence: EvidenceStore, current: CurrentEntry) -> None:
        self._evidence = evidence
        self._current = current

    async def ask(self, question: Question, answer: type[T]) -> Answered[T]:
        """Return the recorded answer to exactly this question.

        Raises `ModelUnavailableError` when there is none, `ModelAnswerError` when there was none that fitted, then or now.
        """
        record = self._recorded(question)
        if record.answer_digest is None:
            raise ModelAnswerError("the model's answers did not fit, as recorded", record=record)
        text = self._evidence.text(record.answer_digest)
        value, error = read_answer(Completion(text=text), answer)
        if value is None:
            raise ModelAnswerError(f"the recorded answer does not fit any more: {error}", record=record)
        return Answered(value, record, (text,))

    def _recorded(self, question: Question) -> ModelRecord:
        entry = self._current()
        records = [ModelRecord.model_validate(record) for record in entry.asked()] if entry else []
        for record in records:
            if record.question_digest == question.digest:
                return record
        if entry is not None:
            entry.asks_anew.append(question.purpose)
        raise ModelUnavailableError(f"no recorded answer to {question.purpose}", hint="a replay asks no model")


class RecordedRecall(InMemoryRecall):
    """Contract memory that is away where it was away, and swallows notes elsewhere: what it holds decides nothing."""

    def __init__(self, current: CurrentEntry) -> None:
        self._stored = {}
        self._current = current

    def remember(self, notes: Iterable[Note]) -> None:
        """Forget the notes; raises `UnavailableError` with the recorded reason where the notes were missed."""
        del notes
        entry = self._current()
        missed = [e for e in entry.events if e.kind == MemoryMissed.kind] if entry else []
        if missed:
            raise UnavailableError(str(missed[0].body["reason"]))
