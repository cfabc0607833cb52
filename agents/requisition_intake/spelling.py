"""Small typing errors in the nouns that matter: "labtop", "moniter", "acounting"."""

from __future__ import annotations

import functools
import re

from agents.requisition_intake import lexicon
from agents.requisition_intake.text import Source

_SHORTEST = 5


def corrected(phrase: str) -> str:
    """Return the folded phrase with words that are one slip away from a catalogue word put right; known words stay."""
    if lexicon.catalogue_category(phrase) is not None:
        return phrase
    return re.sub(r"[a-z]{5,}", lambda word: _nearest(word.group()), phrase)


@functools.lru_cache(maxsize=4096)
def _nearest(word: str) -> str:
    vocabulary = _vocabulary()
    if word in vocabulary or word.endswith(("ed", "ing", "able")) or len(word) < _SHORTEST:
        return word
    return next(
        (
            known
            for known in vocabulary.get(word[0], ())
            if _one_slip(word, known) and not (known.startswith(word) or word.startswith(known))
        ),
        word,
    )


@functools.cache
def _vocabulary() -> dict[str, tuple[str, ...]]:
    """Catalogue words of six letters and more, by first letter; each also as a key of its own, so that `in` works."""
    words = {w for phrase in lexicon.entries() for w in re.split(r"[\s-]", phrase) if len(w) > _SHORTEST and w.isalpha()}
    words |= {w + "s" for w in words if not w.endswith("s")}
    table: dict[str, tuple[str, ...]] = dict.fromkeys(words, ())
    for word in sorted(words):
        table[word[0]] = (*table.get(word[0], ()), word)
    return table


_TIMES = {
    **{word: word[:3] for word in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")},
    **{word: word[:3] for word in ("january", "february", "august", "september", "october", "november", "december")},
    "tomorrow": "tmrw",
}
_VERBS = (
    "what",
    "raise",
    "increase",
    "reduce",
    "budget",
    "cancel",
    "renew",
    "pause",
    "resume",
    "find",
    "need",
    "order",
    "under",
    "subscription",
)
_REAL = frozenset({"cancer", "budged", "renown", "sundry", "augusts", "finds", "needs", "orders"})


def mended(source: Source) -> Source:
    """Return the source with its folded text, as long as before, with slips in the words that steer the reading put right: "tomorow", "waht", "rasie".

    A short word must have two neighbours swapped, a longer one may have any one slip after its first letter. A word that got
    longer by the mend is written in its short form ("sep"), so that no place in the text moves.
    """
    return Source(source.raw, re.sub(r"[a-z]{4,}", lambda word: _steering(word.group()), source.low))


@functools.lru_cache(maxsize=4096)
def _steering(word: str) -> str:
    if word in _TIMES or word in _VERBS or word in _REAL:
        return word
    known = next((k for k in (*_TIMES, *_VERBS) if _slipped(word, k)), word)
    short = known if len(known) <= len(word) else _TIMES.get(known, word)
    return short.ljust(len(word))


def _slipped(word: str, known: str) -> bool:
    if word[0] != known[0] or known.startswith(word) or word.startswith(known) or not _one_slip(word, known):
        return False
    return len(known) > _SHORTEST or sorted(word) == sorted(known)


def _one_slip(a: str, b: str) -> bool:
    """Whether one letter was added, dropped, changed or two neighbours swapped (Damerau-Levenshtein distance 1)."""
    if abs(len(a) - len(b)) > 1:
        return False
    i = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    if len(a) == len(b):
        return a[i + 1 :] == b[i + 1 :] or (a[i : i + 2] == b[i : i + 2][::-1] and a[i + 2 :] == b[i + 2 :])
    longer, shorter = (a, b) if len(a) > len(b) else (b, a)
    return longer[i + 1 :] == shorter[i:]
