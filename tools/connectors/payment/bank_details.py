"""Checks of IBAN, BIC and names before anything is written: sepaxml alone would accept wrong check digits and cut long names."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from memory.domain.errors import EffectRejectedError
from memory.domain.registry import Account, Payee

NAME_LIMIT = 70
"""Characters of a name in a SEPA message (EPC132-08, AT-E001), although ISO 20022 itself allows 140."""

# Letters which Unicode does not take apart, and signs outside of the SEPA set, in the forms that EPC217-08 recommends.
_SPELLED = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "Æ": "AE",
        "ø": "o",
        "Ø": "O",
        "œ": "oe",
        "Œ": "OE",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "þ": "th",
        "Þ": "TH",
    }
    | {"ð": "d", "Ð": "D", "ı": "i", "&": "+", "’": "'", "‘": "'", "`": "'", "–": "-", "—": "-", "_": "-", "@": "(at)", '"': "'"}  # noqa: RUF001 - these are the letters meant
)
_SEPA = re.compile(r"[A-Za-z0-9/?:().,'+ -]+")


@dataclass(frozen=True)
class Party:
    """One side of a payment with its details checked and its name as the bank will get it."""

    name: str
    iban: str
    bic: str | None
    in_sepa: bool


def checked_party(party: Payee | Account, who: str) -> Party:
    """Return the party ready for a payment message. Raises `EffectRejectedError` naming what is wrong in the registry."""
    from schwifty import BIC, IBAN
    from schwifty.exceptions import SchwiftyException

    try:
        iban = IBAN(party.iban)
        bic = str(BIC(party.bic)) if party.bic else None
    except SchwiftyException as error:
        raise EffectRejectedError(
            f"the bank details of the {who} {party.name!r} are wrong: {error}",
            hint="Compare them with the invoice or call back, then correct the registry.",
        ) from error
    return Party(sepa_name(party.name, who), str(iban), bic, bool(iban.in_sepa_zone))


def sepa_name(name: str, who: str) -> str:
    """Return a name in the basic Latin set of SEPA (ü becomes u, & becomes +). Never shortens.

    Raises `EffectRejectedError` for a name of more than 70 characters or in another script.
    """
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", name.translate(_SPELLED)) if not unicodedata.combining(letter))
    if not _SEPA.fullmatch(plain):
        odd = "".join(sorted(set(_SEPA.sub("", plain))))
        raise EffectRejectedError(
            f"the name of the {who} {name!r} has characters that a bank cannot pass on: {odd}",
            hint="Enter the name in Latin letters, as the account is held, in the registry.",
        )
    if len(plain) > NAME_LIMIT:
        raise EffectRejectedError(
            f"the name of the {who} is {len(plain)} characters long and a bank passes on {NAME_LIMIT}: {name!r}",
            hint="Enter the shorter name under which the account is held in the registry; names are never cut on their own.",
        )
    return plain
