"""What a sentence is judged by: its own words, the end of the one before, the start of the one after, and its heading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agents.contract_reading.segments import Segment

_WORD = re.compile(r"[A-Za-z][A-Za-z'\u2019\-]*|%|\$|\d+")
_NUMBERED = re.compile(r"^(?:(?:ARTICLE|Article|SECTION|Section)\s+)?[\dIVXivx]{0,5}[\d.()a-zA-Z]{0,6}[.:)]?\s+")
_NEIGHBOUR = 200  # characters of the sentence before and of the one after
_HEADING_LENGTH, _HEADING_WORDS, _HEADING_REACH = 90, 9, 25
_SMALL_WORDS = frozenset(["a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"])


@dataclass(frozen=True, slots=True)
class Wording:
    """One sentence with what stands around it."""

    text: str
    before: str
    after: str
    heading: str


def wordings(text: str, segments: Sequence[Segment]) -> list[Wording]:
    """Return each sentence of `text` with its neighbours and the nearest heading above it, empty where there is none."""
    bodies = [text[a:b] for a, b in segments]
    headings = _headings(bodies)
    last = len(bodies) - 1
    return [
        Wording(
            body,
            bodies[i - 1][-_NEIGHBOUR:] if i else "",
            bodies[i + 1][:_NEIGHBOUR] if i < last else "",
            headings[i],
        )
        for i, body in enumerate(bodies)
    ]


def grams(text: str, longest: int) -> list[str]:
    """Return the lower-case words of `text` and every run of up to `longest` of them."""
    words = [word.lower() for word in _WORD.findall(text)]
    found = list(words)
    for size in range(2, longest + 1):
        found += [" ".join(words[i : i + size]) for i in range(len(words) - size + 1)]
    return found


def is_heading(body: str) -> bool:
    """Whether a sentence is the title of a clause: a few words, nearly all of them capitalised ("12.3 Assignment.")."""
    if len(body) > _HEADING_LENGTH:
        return False
    words = [w for w in _WORD.findall(_NUMBERED.sub("", body)) if not w.isdigit()]
    if not 1 <= len(words) <= _HEADING_WORDS or len("".join(words)) < 4:
        return False
    weighty = [w for w in words if w.lower() not in _SMALL_WORDS]
    return bool(weighty) and sum(w[0].isupper() for w in weighty) >= 0.8 * len(weighty)


def _headings(bodies: Sequence[str]) -> list[str]:
    headings, standing, since = [], "", 0
    for body in bodies:
        if is_heading(body):
            standing, since = body, 0
        else:
            since += 1
        headings.append(standing if since <= _HEADING_REACH else "")
    return headings
