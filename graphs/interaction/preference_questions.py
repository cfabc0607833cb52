"""Questions about preferences: "what are my preferences?", "what is a year's commitment worth to me?"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from graphs.counting import Counting, counting_for, kept_by_operator
from graphs.interaction.answer import READ_ONLY, Draft
from graphs.interaction.desk import FrontDesk, Instruction
from graphs.preference_scope import category_called
from memory.domain.preferences import Term

SEE = "All that counts is shown by: show my preferences."
_LIST = re.compile(
    r"^\W*(?:please )?(?:what(?:'s|\u2019s| are| is)?|which(?: are)?|show|list|tell me|give me|see)(?: me)?(?: all)?(?: of)?(?: about)? "
    r"(?:my|our)(?: standing| own| current)? (?:preferences?|limits|wishes)(?P<rest> .*?)?\W*$|"
    r"^\W*(?:what|which) (?:preferences|limits) (?:do i have|are set|count|stand)(?P<more> .*?)?\W*$|^\W*what do (?:i|we) prefer\W*$",
    re.IGNORECASE,
)
_WORTH = re.compile(
    r"^\W*(?:how much|what)(?:'s|\u2019s| is| are| would)? (?P<subject>.+?)(?: be)? worth(?: to (?:me|us))?\W*$|"
    r"^\W*(?:how much|what) (?:does|do|would) (?P<cost>.+?) cost (?:me|us)\W*$|"
    r"^\W*how much is (?P<other>.+?) worth(?: to (?:me|us))?\W*$",
    re.IGNORECASE,
)


def respond(instruction: Instruction, desk: FrontDesk) -> Draft | None:
    """Answer a question about preferences; None where the instruction asks none."""
    text = " ".join(instruction.text.split())
    if found := _LIST.match(text):
        return _listed(desk, (found["rest"] or found["more"] or "").strip())
    if found := _WORTH.match(text):
        return _worth(desk, found["subject"] or found["cost"] or found["other"])
    return None


def terms_in(words: str) -> tuple[Term, ...]:
    """Return the terms that all of these words name: one, or none."""
    from agents.negotiation.preferences.phrases import read_phrase
    from agents.negotiation.preferences.refusals import speaks_of
    from agents.negotiation.preferences.words import plainly

    plain = plainly(words)
    phrase = read_phrase(plain)
    if phrase is not None:
        return (phrase.term,)
    alone = re.fullmatch(
        r"(?:billing|notice(?: period)?|support|payment(?: terms?| days)?|price (?:cap|increases?)|commitment|contract length|set-?up fees?)",
        plain,
    )
    return speaks_of(plain) if alone and len(speaks_of(plain)) == 1 else ()


def matching(known: Iterable[Counting], what: str) -> tuple[Counting, ...]:
    """Return the preferences that words name: by key, by what was said, or by the term; the exact value goes first."""
    from agents.negotiation.preferences.phrases import read_phrase
    from agents.negotiation.preferences.words import plainly

    known, plain = tuple(known), plainly(what)
    exact = tuple(one for one in known if plain in {one.key.casefold(), plainly(one.because)})
    if exact:
        return exact
    terms = {term.value for term in terms_in(what)} | ({"language"} if plain in {"language", "the language"} else set())
    about = tuple(one for one in known if re.split(r"[=:]", one.key)[0].replace("-", "_") in terms)
    phrase = read_phrase(plain)
    valued = tuple(one for one in about if phrase is not None and one.key == f"{phrase.term.value}={phrase.value}")
    return valued or about


def line(one: Counting) -> str:
    """Return a preference on one line."""
    return f"{one.key}{f' ({one.scope})' if one.scope else ''}: {one.reads}"


def _listed(desk: FrontDesk, rest: str) -> Draft | None:
    named = re.sub(
        r"^(?:for|in|about|on|of)\b|\b(?:purchases?|cases?|now|so far|please|say|are|and)\b", "", rest, flags=re.IGNORECASE
    ).strip()
    category = category_called(desk.database, named) if named else ""
    if category is None:
        return None
    said = counting_for(desk.database, (category,)) if category else kept_by_operator(desk.database)
    own = [line(one) for one in said if one.yours]
    defaults = [line(one) for one in counting_for(desk.database, (category,) if category else ()) if not one.yours]
    where = f" for {category.replace('_', ' ')}" if category else ""
    head = f"Your preferences{where}:" if own else f"You have said none{where} yet."
    told = (head, *(f"  {each}" for each in own), "By default, where you say nothing:", *(f"  {each}" for each in defaults))
    return Draft((*told, 'To take one back: "forget" and its name.'), precedence=READ_ONLY, intent="question")


def _worth(desk: FrontDesk, subject: str) -> Draft | None:
    terms = {term.value for term in terms_in(subject)}
    if not terms:
        return None
    counting = [one for one in counting_for(desk.database, ()) if re.split(r"[=:]", one.key)[0].replace("-", "_") in terms]
    own = [one for one in kept_by_operator(desk.database) if one.scope and re.split(r"[=:]", one.key)[0] in terms]
    if not counting and not own:
        return Draft(("Nothing yet: you have not said, and there is no default for it.", SEE), precedence=READ_ONLY, intent="question")
    told = [f"  {line(one)} ({'you said so' if one.yours else f'default: {one.because}'})" for one in (*counting, *own)]
    return Draft(("This counts:", *told), precedence=READ_ONLY, intent="question")
