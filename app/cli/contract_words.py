"""How a contract, its conflicts with the policy and its changes are shown to people: short, wrapped, every passage with its page."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from app.cli.output import Table
from memory.domain.words import counted, one_line

if TYPE_CHECKING:
    from agents.contract_reading.comparison import Comparison, Effect, PassageChange
    from agents.contract_reading.policy_check import Conflict, RedlineMail
    from agents.contract_reading.structure import Surroundings
    from graphs.contract_import import ReadContract
    from memory.domain.contract import Clause, ContractReview
    from memory.domain.evidence import Span

_WIDE = 100
_QUOTED = 220  # characters of a sentence in a list; `--finding` shows it whole
_SENTENCE = 90
_AROUND = 60  # characters of unchanged text beside changed words
_SHOWN = 40  # passages of a comparison
_VERDICTS = {"deny": "DENY", "require_approval": "ASK"}


def paper_told(read: ReadContract) -> str:
    """Return in one line what was read: the paper, its pages, and how many kinds of clauses were found in it."""
    pages = f"{counted(read.review.pages, 'page')}, " if read.review.pages > 1 else ""
    return f"{read.filename}: {pages}{counted(len({c.kind for c in read.review.clauses}), 'kind')} of clauses found."


def paper_parts(review: ContractReview, today: date, holidays: frozenset[date] = frozenset()) -> tuple[str | Table, ...]:
    """Return what the paper says: its dates and figures, what it does not state, and its clauses with the start of each sentence.

    The last day to act is that of the term that holds `today`, as the watch reckons it.
    """
    from memory.domain.renewal import watch_over, why_unwatched

    watch = watch_over(review, today, holidays)
    notice = counted(review.notice_days, "day") if review.notice_days is not None else None
    renews = None if review.auto_renews is None else "by itself" if review.auto_renews else "no"
    facts = (
        ("total", review.total),
        ("starts", review.effective_on),
        ("months", review.initial_term_months),
        ("term ends", watch.term.end if watch else review.term_end),
        ("renews", renews),
        ("renews for", counted(review.renewal_months, "month") if review.renewal_months else None),
        ("notice", notice),
        ("decide by", watch.decide_by if watch else None),
        ("law", review.governing_law),
        ("your word", review.word.says if review.word else None),
    )
    untold = {"renews for", "your word", *(("decide by",) if review.undated else ())}
    untold |= {"months", "term ends", "renews", "decide by"} if review.runs_on else {"months"} if review.term_end else set()
    runs_on = why_unwatched(review, today) if review.runs_on else ""
    missing = [name for name, value in facts if value is None and name not in untold]
    known = [("contract (sha256)", review.contract[:12]), *((name, value) for name, value in facts if value is not None)]
    rows = [_row([c for c in review.clauses if c.kind is kind]) for kind in dict.fromkeys(c.kind for c in review.clauses)]
    return (
        Table(("", "the paper says"), known),
        *((f"{runs_on[:1].upper()}{runs_on[1:]}.",) if runs_on else ()),
        *((f"No last day to act is told: {review.undated}.",) if review.undated else ()),
        *((f"Not stated: {', '.join(missing)}.",) if missing else ()),
        Table(("clause", "", "value", "sentence", ""), rows, title="\nClauses", empty="No clause was recognised."),
    )


def _row(clauses: Sequence[Clause]) -> tuple[str, str, str | None, str, str]:
    """Return one line for a kind of clause: the passage with a value before others, and how many more there are."""
    one = next((clause for clause in clauses if clause.value), clauses[0])
    more = f"and {len(clauses) - 1} more" if len(clauses) > 1 else ""
    sure = "perhaps" if one.certainty.value == "unsure" else ""
    return one.kind.value.replace("_", " "), sure, one.value, one_line(one.span.text, _SENTENCE), more


def finding_parts(review: ContractReview, told: Sequence[Conflict] = ()) -> tuple[str | Table, ...]:
    """Return the findings, numbered as `--finding` counts them, without those that a conflict tells of."""
    known = {(conflict.clause, conflict.span) for conflict in told if conflict.span is not None}
    numbered = enumerate(review.findings, start=1)
    rows = [(number, finding.severity, finding.text) for number, finding in numbered if (finding.clause, finding.span) not in known]
    empty = "\nNo further finding." if review.findings else "\nNothing to object to."
    return (Table(("no", "weight", "finding"), rows, title="\nFindings", empty=empty),)


def conflict_parts(conflicts: Sequence[Conflict], checked: str, pages: Sequence[tuple[int, int]]) -> Iterator[str]:
    """Yield the conflicts with the policy, one block each: the rule and the value, the risk, the passage, and what to ask for."""
    if not conflicts:
        yield f"\nNothing in it is against {checked}."
        return
    yield f"\nAgainst {checked}: {counted(len(conflicts), 'point')}."
    first: dict[object, int] = {}
    for number, conflict in enumerate(conflicts, start=1):
        at = (conflict.span.start, conflict.span.end) if conflict.span is not None and conflict.redline is not None else number
        yield "\n".join(_conflict(number, conflict, pages, first.setdefault(at, number)))


def _conflict(number: int, conflict: Conflict, pages: Sequence[tuple[int, int]], first: int) -> Iterator[str]:
    yield from _wrapped(f"{number}. {_VERDICTS[conflict.verdict.value]}  {conflict.because} [{', '.join(conflict.rules)}]", "")
    if conflict.state.value == "silent":
        return
    yield from _wrapped(f"Risk: {conflict.risk}", "   ")
    if first != number:
        yield f"   The sentence and what to ask for stand under {first}."
        return
    if conflict.span is not None:
        yield from _wrapped(f"It says: “{one_line(conflict.span.text, _QUOTED)}”{_page(conflict.span, pages)}", "   ")
    if conflict.redline is not None:
        change, becomes = conflict.redline.change.value, one_line(conflict.redline.becomes, _QUOTED)
        wish = "delete it" if change == "delete" else f"add: “{becomes}”" if change == "add" else f"“{becomes}”"
        yield from _wrapped(f"Ask for: {wish}", "   ")


def mail_parts(mail: RedlineMail) -> Iterator[str]:
    """Yield the draft of the mail to the vendor, and what it leaves out."""
    if mail.letter is None:
        yield "\nThere is nothing to ask the vendor for."
        return
    yield f"\nDraft of a mail to the vendor (nothing was sent):\n\nSubject: {mail.letter.subject}\n\n{mail.letter.body}"
    for held in mail.withheld:
        yield f"Left out: {held.conflict.clause.value.replace('_', ' ')} ({held.because})."


def excerpt_part(text: str, span: Span, pages: Sequence[tuple[int, int]]) -> str:
    """Return a passage in its surroundings, between » and «, with its page."""
    from tools.lookups.document_excerpt import document_excerpt

    excerpt = document_excerpt(text, span, pages=pages)
    page = f"Page {excerpt.page}:\n" if excerpt.page is not None else ""
    doubt = "" if excerpt.exact else "\n(The stored text has other words here; this is the passage as it was read.)"
    return f"{page}{excerpt.marked()}{doubt}"


def beside_parts(parts: Surroundings) -> Iterator[str]:
    """Yield what belongs to a passage: the heading over it, what its defined words mean, the sections that it names, all in the paper's words."""
    if parts.heading:
        yield f"\nUnder: {one_line(parts.heading, _SENTENCE)}"
    for part in parts.definitions:
        yield from _wrapped(f"Meaning of {one_line(part.name, _SENTENCE)}: “{one_line(part.span.text, 3 * _QUOTED)}”", "")
    for part in parts.sections:
        yield from _wrapped(f"It names {part.name}: “{one_line(part.span.text, 3 * _QUOTED)}”", "")
    if parts.missing:
        yield f"It names what this paper has not: section {', '.join(parts.missing)}."


def comparison_parts(found: Comparison, changes: Sequence[PassageChange], old: str, new: str, *, everything: bool) -> Iterator[str | Table]:
    """Yield what changed: in one line, what it means, then the passages with their changed words, the worst first."""
    if found.same:
        yield "Both versions say the same; at most numbers and line breaks differ."
        return
    yield f"{_tally(found)}."
    rows = [(effect.bearing.value, _effect(effect)) for effect in found.effects]
    yield Table(
        ("for you", "what it means"), rows, title="", empty="No change of a value or of a clause that is known was seen; read the passages."
    )
    shown = changes if everything else changes[:_SHOWN]
    for number, change in enumerate(shown, start=1):
        yield "\n".join(_change(number, change, old, new))
    if len(shown) < len(changes):
        yield f"{counted(len(changes) - len(shown), 'more passage')}: --all shows them."


def _tally(found: Comparison) -> str:
    fates = [change.fate.value for change in found.changes]
    told = [f"{fates.count(fate)} {fate}" for fate in ("changed", "added", "removed", "moved") if fate in fates]
    return f"{counted(len(fates), 'passage')} differ{'s' if len(fates) == 1 else ''}: {', '.join(told)}"


def _effect(effect: Effect) -> str:
    return f"{effect.text}{' (The reader is not sure.)' if effect.certainty.value == 'unsure' else ''}"


def _change(number: int, change: PassageChange, old: str, new: str) -> Iterator[str]:
    about = f" ({', '.join(kind.value.replace('_', ' ') for kind in change.clauses)})" if change.clauses else ""
    under = f", under “{one_line(change.heading, 60)}”" if change.heading else ""
    yield f"{number}. {change.fate.value}{under}{about}"
    if change.words and change.old is not None and change.new is not None:
        yield from _wrapped(marked_words(change, old, new), "   ")
        return
    place, text = (change.new, new) if change.new is not None else (change.old, old)
    assert place is not None
    yield from _wrapped(one_line(text[place.start : place.end], 2 * _QUOTED), "   ")


def marked_words(change: PassageChange, old: str, new: str) -> str:
    """Return a changed passage with `[-what went-]` and `{+what came+}`; long unchanged stretches are cut."""
    assert change.new is not None
    pieces = []
    at = change.new.start
    for word in change.words:
        pieces.append(_cut(new[at : word.new.start], first=at == change.new.start))
        went, came = old[word.old.start : word.old.end], new[word.new.start : word.new.end]
        pieces.append(f"{f'[-{went}-]' if went else ''}{f'{{+{came}+}}' if came else ''}")
        pieces.append(" " if not came and not new[word.new.end : word.new.end + 1].isspace() else "")
        at = word.new.end
    pieces.append(_cut(new[at : change.new.end], last=True))
    return " ".join("".join(pieces).split())


def _cut(text: str, *, first: bool = False, last: bool = False) -> str:
    if len(text) <= 2 * _AROUND:
        return text
    head = "" if first else text[:_AROUND].rsplit(" ", 1)[0]
    tail = "" if last else text[-_AROUND:].split(" ", 1)[-1]
    return f"{head} … {tail}"


def _page(span: Span, pages: Sequence[tuple[int, int]]) -> str:
    if len(pages) < 2:
        return ""
    return f" (page {next((number for number, (_, end) in enumerate(pages, 1) if span.start <= end), len(pages))})"


def _wrapped(text: str, indent: str) -> Iterable[str]:
    return textwrap.wrap(
        text, _WIDE, initial_indent=indent, subsequent_indent=f"{indent}   ", break_long_words=False, break_on_hyphens=False
    ) or [indent]
