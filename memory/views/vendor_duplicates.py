"""Profiles that may be one vendor: the same number, domain or account, or nearly the same name. Suggestions; the operator decides."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

import sqlalchemy as sa

from memory.views.vendor_identity import Identity, identities
from memory.views.vendor_merges import Merges, read_merges

#: Names at least so alike (rapidfuzz' token-sorted ratio, 0 to 100) are suggested: one letter in nine or so differs.
_ALIKE = 90
#: A number, domain or word that more profiles share says nothing about any two of them.
_MOST_SHARING = 40
_LEGAL_FORMS = frozenset(
    """gmbh ug mbh ag kg ohg gbr ev eg co company corp corporation inc incorporated ltd limited llc llp plc sa sas sarl srl spa bv nv ab as
    oy ou oue aps sp zoo kft sl slu lda pty pte se haftungsbeschraenkt""".split()  # noqa: SIM905  words, read as words
)


@dataclass(frozen=True)
class Duplicate:
    """Two profiles that may be one vendor, and why. `sure` when a number or an account says so, not a name or a page alone."""

    vendor_id: str
    name: str
    other_id: str
    other_name: str
    grounds: tuple[str, ...]
    sure: bool


def duplicates(database: sa.Engine) -> tuple[Duplicate, ...]:
    """Return pairs that may be one vendor, the surest first; none that were merged, or that the operator called two vendors."""
    return likely_duplicates(identities(database), read_merges(database))


def likely_duplicates(known: Iterable[Identity], merges: Merges) -> tuple[Duplicate, ...]:
    """Return the pairs among these identities."""
    by_id = {one.ids[0]: one for one in known}
    grounds: dict[tuple[str, str], list[tuple[str, bool]]] = defaultdict(list)
    for pair, ground, sure in (*_same_values(by_id), *_alike_names(by_id)):
        grounds[pair].append((ground, sure))
    found = [_duplicate(by_id[a], by_id[b], why) for (a, b), why in grounds.items() if _open(merges, a, b)]
    return tuple(sorted(found, key=lambda d: (not d.sure, -len(d.grounds), d.vendor_id, d.other_id)))


def plain_name(name: str) -> str:
    """Return a name to compare by: lower case, without accents, punctuation, and the legal form at its end."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("ß", "ss")).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", " ", plain.replace(".", "").replace("'", "")).split()
    while len(words) > 1 and words[-1] in _LEGAL_FORMS:
        words.pop()
    return " ".join(words)


def _open(merges: Merges, one: str, other: str) -> bool:
    return merges.main_id(one) != merges.main_id(other) and frozenset((one, other)) not in merges.apart


def _same_values(known: dict[str, Identity]) -> Iterator[tuple[tuple[str, str], str, bool]]:
    holders: dict[tuple[str, str], list[str]] = defaultdict(list)
    for vendor_id, one in known.items():
        for kind, values in (
            ("registration number", one.registration_numbers),
            ("VAT id", one.vat_ids),
            ("bank account", one.ibans),
            ("domain", one.domains),
        ):
            for value in values:
                holders[kind, value if kind == "domain" else re.sub(r"[^0-9A-Za-z]", "", value).upper()].append(vendor_id)
    for (kind, value), vendor_ids in holders.items():
        if value and len(set(vendor_ids)) <= _MOST_SHARING:
            shown = f"…{value[-4:]}" if kind == "bank account" else value
            for pair in combinations(sorted(set(vendor_ids)), 2):
                yield pair, f"the same {kind} ({shown})", kind != "domain"


def _alike_names(known: dict[str, Identity]) -> Iterator[tuple[tuple[str, str], str, bool]]:
    """Yield pairs with names nearly the same. Only names with a word, or their first three letters, in common are compared."""
    from rapidfuzz.fuzz import token_sort_ratio

    names = {vendor_id: [plain for name in (one.name, *one.aliases) if (plain := plain_name(name))] for vendor_id, one in known.items()}
    groups: dict[str, set[str]] = defaultdict(set)
    for vendor_id, plains in names.items():
        for plain in plains:
            for key in (f"^{plain.replace(' ', '')[:3]}", *(word for word in plain.split() if len(word) > 3)):
                groups[key].add(vendor_id)
    pairs = {pair for members in groups.values() if len(members) <= _MOST_SHARING for pair in combinations(sorted(members), 2)}
    for one, other in sorted(pairs):
        alike = max((token_sort_ratio(a, b) for a in names[one] for b in names[other]), default=0.0)
        joined = any(a.replace(" ", "") == b.replace(" ", "") for a in names[one] for b in names[other])
        if joined or alike >= _ALIKE:
            yield (one, other), "the same name" if joined else f"nearly the same name ({round(alike)} of 100)", False


def _duplicate(one: Identity, other: Identity, why: list[tuple[str, bool]]) -> Duplicate:
    grounds = tuple(dict.fromkeys(ground for ground, _ in why))
    return Duplicate(one.ids[0], one.name, other.ids[0], other.name, grounds, any(sure for _, sure in why))
