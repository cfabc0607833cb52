"""What terms are worth, said in passing: "a year's commitment is worth 8 % to me", "for software 30 days to pay is worth 1 %".

Whatever speaks of terms and cannot be kept as it is meant is asked back; none of it ever becomes a purchase.
"""

from __future__ import annotations

import re

from graphs.counting import kept_by_operator
from graphs.interaction import preference_questions, walk_away
from graphs.interaction.answer import Draft, asking
from graphs.interaction.desk import FrontDesk, Instruction
from graphs.preference_scope import parted_scope, sentences_without_scope
from graphs.wishes import read_wish, taken_back
from memory.domain.errors import QuartermasterError
from memory.domain.events.workspace import TermWeighed
from memory.domain.instruction import Intent
from memory.domain.words import one_line
from memory.views.preferences import standing_preferences

#: Without one of these words nothing here is looked at: most instructions are about something else.
_HINT = re.compile(
    r"\bworth\b|\b(?:costs?|saves?) (?:me|us)\b|\bprefer|\bwalk(?:ing)?[ -]?away\b|n['\u2019]t\b|\bnot\b|\bnever\b|\bonly\b|\bmust\b|\binsist|"
    r"\bat (?:most|least)\b|\bmax|\bmin(?:imum)?\b|\bpay\b|\bforget\b|\bremove\b|\btake back\b|\bno\b|\bneed\b|\bwant\b|\bbilling\b|\bnotice\b|\brather\b|"
    r"bindung|laufzeit|zahlungs|frist\b|einrichtungs|vorauskasse|engag|préavis|paiement|payer|permanencia|preaviso|pagar?\b",
    re.IGNORECASE,
)
#: Who else may make something of a sentence about contracts that is no preference: a rule ("no contracts with exclusivity"), a renewal.
_ANOTHERS = frozenset({Intent.POLICY_CHANGE, Intent.BUDGET_UPDATE, Intent.CASE_CONTROL, Intent.RENEWAL_ACTION, Intent.VENDOR_SUGGESTION})
_TAKE_BACK = re.compile(
    r"^\W*(?:please )?(?:forget|remove|drop|delete|take back|undo)\b(?: about)?(?: that| what i said (?:about|of))?(?: my| the| our)?"
    r"(?P<named> (?:preference|limit|wish)s?(?: (?:about|on|of|for|that))?)?:? (?P<what>.+?)[.! ]*$",
    re.IGNORECASE,
)


def respond(instruction: Instruction, desk: FrontDesk) -> Draft | None:
    """Draft the keeping of what was said of a term, or the answer to a question about it; None when the instruction speaks of none."""
    answered = preference_questions.respond(instruction, desk)
    if answered is not None or not _HINT.search(instruction.text):
        return answered
    return walk_away.respond(instruction, desk) or _take_back(instruction, desk) or _keep(instruction, desk)


def _keep(instruction: Instruction, desk: FrontDesk) -> Draft | None:
    from agents.negotiation.preferences.words import in_words, of_terms_alone, stated_here

    try:
        if not stated_here(parted_scope(desk.database, instruction.text)[0]):
            return None
        preference, scope = read_wish(desk.database, instruction.text, home_currency=desk.home_currency)
    except QuartermasterError as error:
        if instruction.understood.intent in _ANOTHERS and not of_terms_alone(instruction.text):
            return None
        spoken = any(stated_here(sentence) for sentence in (instruction.text, *sentences_without_scope(instruction.text)))
        return asking(error.hint, because=f"{error.message}.") if spoken else None
    level = f"standing preference: {preference.key}{f' for {scope}' if scope else ''}"
    where = scope.replace("_", " ") if scope else "every purchase"
    reads = in_words(preference)
    if any(s.scope == scope and s.preference == preference for s in standing_preferences(desk.database)):
        return Draft((f"That is your preference for {where} already: {reads}.",), precedence=level)
    kept = instruction.tense("I keep", "I would keep")
    told = f"{kept} as your preference for {where}: {reads}."
    why = "It decides between offers that are within every limit; policy and ceilings stand above it."
    event = TermWeighed(scope=scope, preference=preference, words=one_line(instruction.text, 300), by=desk.by)
    undo = f'To take it back: qm preferences remove "{preference.key}"{f" --category {scope}" if scope else ""}.'
    return Draft((told, why), precedence=level, events=(event,), undo=undo)


def _take_back(instruction: Instruction, desk: FrontDesk) -> Draft | None:
    """Draft taking a preference back; None where nothing that stands is named."""
    found = _TAKE_BACK.match(" ".join(instruction.text.split()))
    if found is None:
        return None
    what = re.sub(r" (?:preference|limit|wish)$", "", found["what"], flags=re.IGNORECASE)
    mine = preference_questions.matching(kept_by_operator(desk.database), what)
    if len(mine) > 1:
        because = "\n".join(("More than one preference could be meant:", *(preference_questions.line(one) for one in mine)))
        return asking("Which one should I forget? Say it with its name.", because=because)
    if not mine:
        if found["named"] or what != found["what"] or preference_questions.terms_in(what):
            return Draft(
                ("I did nothing: no preference of yours is called that.", preference_questions.SEE), precedence="none: nothing was done"
            )
        return None
    one = mine[0]
    fact = taken_back(desk.database, one.key, one.scope, desk.by)
    gone = instruction.tense("I forgot", "I would forget")
    told = f"{gone} your preference {one.key}{f' for {one.scope}' if one.scope else ''}: {one.reads}."
    return Draft((told, "What counts by default counts again."), precedence=f"standing preference: {one.key}", events=(fact,))
