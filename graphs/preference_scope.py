"""For which purchases a preference is meant: all of them, or a category that its words name ("for software ..."). Nothing else can be kept."""

from __future__ import annotations

import re

import sqlalchemy as sa

from memory.domain.errors import InputError

_WHERE = r"(?:for|in|with|when (?:i|we) buy|when buying)"
_FIRST = re.compile(rf"^\W*(?:please,? )?(?:but )?(?:only )?{_WHERE} (?P<rest>.+)$", re.IGNORECASE | re.DOTALL)
_LAST = re.compile(rf",? (?:but )?(?:only |just )?{_WHERE} (?P<name>[^,.;\d]{{2,40}})[.! ]*$", re.IGNORECASE)
_CASE = re.compile(r"\bCASE-[0-9A-Za-z-]+", re.IGNORECASE)
_LONGEST = 4
_EXAMPLES = "for example software, hardware, email_marketing, crm"


def parted_scope(database: sa.Engine, words: str) -> tuple[str, str]:
    """Return the sentence without its scope, and the category; "" is every purchase.

    Raises `InputError` for a scope that no preference can have: a case, a vendor, a category that is not known.
    """
    if found := _CASE.search(words):
        raise InputError(
            f"a preference cannot be kept for {found[0]} alone",
            hint='leave it out, or name a category ("for software, ..."); what one case may cost is its walk-away',
        )
    if _readable(words):
        return words, ""
    unknown = ""
    for sentence, name in _candidates(words):
        if not _readable(sentence):
            continue
        category = category_called(database, name)
        if category is not None:
            return sentence, category
        unknown = name
    if unknown:
        hint = f"a preference counts for every purchase or for a category, {_EXAMPLES}; not for one vendor"
        raise InputError(f'there is no category "{unknown}"', hint=hint)
    return words, ""


def sentences_without_scope(words: str) -> tuple[str, ...]:
    """Return what a sentence could say without the case or the category that it names."""
    plain = " ".join(_CASE.sub("", words).replace(" in ,", " ").replace(" for ,", " ").split())
    plain = re.sub(r"^\W*(?:in|for) (?=\S)|[, ]+(?:in|for)(?=[.! ]*$)", "", plain, flags=re.IGNORECASE) if _CASE.search(words) else plain
    return (plain, *(sentence for sentence, _name in _candidates(words)))


def category_called(database: sa.Engine, name: str) -> str | None:
    """Return a category as the books name it, "" for everything; None when there is none of that name."""
    from graphs.interaction.categories import category_named, read_budgets
    from memory.views.spend import WHOLE_HOUSE

    found = category_named(name.replace("_", " "), frozenset(read_budgets(database)))
    return "" if found == WHOLE_HOUSE else found


def _candidates(words: str) -> list[tuple[str, str]]:
    """Return every way to part a sentence from its scope."""
    found = []
    if first := _FIRST.match(words):
        parts = first["rest"].split()
        found += [(" ".join(parts[n:]), _name(" ".join(parts[:n]))) for n in range(1, min(_LONGEST, len(parts) - 1) + 1)]
    start = 0
    while last := _LAST.search(words, start):
        found.append((words[: last.start()], _name(last["name"])))
        start = last.start() + 1
    return [(sentence, name) for sentence, name in found if name]


def _name(words: str) -> str:
    plain = re.sub(r"\b(?:only|purchases?)\b", "", words.strip(" ,:.!"), flags=re.IGNORECASE)
    return " ".join(plain.split()).strip(" ,:")


def _readable(words: str) -> bool:
    from agents.negotiation.preferences.words import read_preference

    try:
        read_preference(words)
    except InputError:
        return False
    return True
