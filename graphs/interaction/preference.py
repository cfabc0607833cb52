"""Standing preferences: "always prefer EU data", "from now on I want invoices". They fill what an instruction leaves open.

A narrow pattern on purpose: a sentence about approvals, limits, money, vendors or asking is never a preference but a wish
about policy, and one without "always" or "from now on" is about this purchase only.
"""

from __future__ import annotations

import re

import sqlalchemy as sa

from graphs.interaction.answer import Draft
from graphs.interaction.desk import FrontDesk, Instruction
from memory.domain.errors import ConflictError
from memory.domain.events.workspace import PreferenceSet
from memory.domain.words import one_line
from memory.projections.registry import preferences
from memory.unit_of_work import Check
from memory.views.registry import RegistryView

_STANDING = r"(?:always|from now on|in (?:the )?future|as a rule|by default|generally|whenever possible)"
_VERB = r"(?P<verb>prefers?|wants?|needs?|requires?|insist on|favou?rs?|likes?|would like|write|choose|take|use)"
_WISH = re.compile(
    rf"^\W*(?:please\s+)?(?:(?:i|we)\s+)?{_STANDING}[,:]?\s+(?:please\s+)?(?:(?:i|we)\s+)?(?:always\s+)?{_VERB}\s+(?P<thing>[^\n.;!?]{{2,120}})[.!]?\s*$"
)
_NEVER = re.compile(
    r"\b(?:approv\w*|ask\w*|review\w*|sign\w*|pay\w*|skip\w*|polic\w*|rules?|limits?|budgets?|confirm\w*|permission|automatic\w*|auto\b|auto-\w*|"
    r"without|unless|under|below|above|over|up to|less than|more than|only|ignor\w*|bank|iban|account|secrets?|password\w*)\b|[€$£\d@]"
)
_MONTHS = {"monthly": "1", "month-to-month": "1", "quarterly": "3", "yearly": "12", "annual": "12", "one-year": "12"}
_LANGUAGES = {
    "english": "en",
    "german": "de",
    "french": "fr",
    "spanish": "es",
}
_TERM = re.compile(rf"\b(?P<term>{'|'.join(_MONTHS)})\b[^,]{{0,20}}\b(?:contracts?|terms?|plans?|subscriptions?)\b")
_LANGUAGE = re.compile(rf"\b(?:in|to)?\s*(?P<language>{'|'.join(_LANGUAGES)})\b")
#: What is weighed, or is a limit on offers: no length of contract, and no wish about the product.
_OF_TERMS = re.compile(r"\bbilling\b|\bpayments?\b|\bset-?up fees?\b|\bnotice\b|\bto pay\b|\bprice (?:cap|increases?)\b|\block-?in\b")
_LISTS = frozenset({"must_have", "nice_to_have"})
_MUST = ("want", "need", "require", "insist")


def stated_preference(text: str) -> tuple[str, str] | None:
    """Return name and value of the standing preference a text states, or None when it states none."""
    match = _WISH.match(text.casefold())
    if match is None or _NEVER.search(match["thing"]) or _OF_TERMS.search(match["thing"]):
        return None
    thing = text[match.start("thing") : match.end("thing")] if len(text.casefold()) == len(text) else match["thing"]
    if term := _TERM.search(match["thing"]):
        return "term_months", _MONTHS[term["term"]]
    if match["verb"] in {"write", "use", "prefer"} and (language := _LANGUAGE.search(match["thing"])):
        return "language", _LANGUAGES[language["language"]]
    if match["verb"] in {"write", "use", "take", "choose"}:
        return None
    name = "must_have" if match["verb"].startswith(_MUST) else "nice_to_have"
    return name, one_line(re.sub(r"^(?:to have|to get|an?|the|some|vendors? with|products? with)\s+", "", thing.strip()), 100).replace(
        ";", ","
    )


def respond(instruction: Instruction, desk: FrontDesk, name: str, value: str) -> Draft:
    """Draft the storing of a preference; to a list of wishes it is added."""
    old = RegistryView(desk.database).preferences().get(name, "")
    new = _joined(old, value) if name in _LISTS else value
    level = f"standing preference: {name.replace('_', '-')}"
    if new == old:
        return Draft((f"That is your standing preference already: {_told(name, old)}.",), precedence=level)
    stored = instruction.tense("I stored", "I would store")
    told = f"{stored} a standing preference: {_told(name, new)}."
    why = "It fills in what an instruction leaves open: an explicit instruction goes before it, and policy stands above both."
    event = PreferenceSet(name=name, value=new, by=desk.by)
    return Draft((told, why), precedence=level, events=(event,), check=_unchanged(name, old))


def _joined(old: str, value: str) -> str:
    listed = [w.strip() for w in old.split(";") if w.strip()]
    return "; ".join(listed if value.casefold() in {w.casefold() for w in listed} else [*listed, value])


def _told(name: str, value: str) -> str:
    return f"{name.replace('_', '-')} = {value}"


def _unchanged(name: str, seen: str) -> Check:
    def check(connection: sa.Connection) -> None:
        if (connection.scalar(sa.select(preferences.c.value).where(preferences.c.name == name)) or "") != seen:
            raise ConflictError("the preference was changed by somebody else meanwhile", hint="say it again")

    return check
