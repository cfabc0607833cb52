"""Text as a reader sees it, and as it is compared: invisible marks gone, look-alike letters and accents made plain."""

from __future__ import annotations

import functools
import re
import unicodedata

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20e3\ufe00-\ufe0f\ufeff]"
)
# Cyrillic and Greek letters that look like Latin ones (the common part of Unicode's table of confusables, UTS 39).
_LOOKALIKES = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u043a\u043c\u0442\u043d\u0432\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420"
    "\u0421\u0422\u0423\u0425\u0406\u0408\u0405\u03b1\u03bf\u03c1\u03bd\u03b9\u03ba\u03c5\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4"
    "\u03a5\u03a7",
    "aeopcyxijshdqkmthbABEKMHOPCTYXIJSaopvikuABEZHIKMNOPTYX",
)
_LEET = str.maketrans("013457$@!|8", "oieastsaiib")
_LEET_L = str.maketrans("013457$@!|8", "oleastsallb")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ø": "oe", "å": "aa", "æ": "ae"})
_JOINING = re.compile(r"&|\+|\b(?:and|und|et|y|u)\b")
_LEGAL_FORM = re.compile(
    r"\b(?:gmbh|ag|kg|ohg|ug|se|inc|incorporated|corp|corporation|ltd|limited|llc|llp|plc|co|company|sas|sarl|sa|sl|slu|bv|nv|oy|ab|as|aps|srl|spa)\b\.?"
)


@functools.lru_cache(maxsize=256)
def plain(text: str) -> str:
    """Return the text as it looks: compatibility forms and other scripts' digits made plain, invisible marks removed."""
    shown = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return "".join(str(unicodedata.digit(mark)) if mark.isdigit() and not mark.isascii() else mark for mark in shown)


@functools.lru_cache(maxsize=256)
def folded(text: str) -> str:
    """Return the text in lower case with accents gone (ü as u, ß as ss) and one kind of apostrophe; its length may change."""
    spelt = plain(text).translate(_LOOKALIKES).replace("ß", "ss").replace("\u2019", "'").replace("`", "'").lower()
    return "".join(mark for mark in unicodedata.normalize("NFKD", spelt) if not unicodedata.combining(mark))


def tight(text: str) -> str:
    """Return only the letters and digits of a text, folded."""
    return re.sub(r"[^0-9a-z]", "", folded(text))


@functools.lru_cache(maxsize=64)
def disguises(text: str) -> frozenset[str]:
    """Return the text squeezed in each way in which a name may hide: accents, umlauts written out, digits and signs for letters."""
    shown = plain(text)
    undone = (shown, shown.translate(_UMLAUTS))
    return frozenset(tight(form.lower().translate(table)) for form in undone for table in ({}, _LEET, _LEET_L))


def name_forms(name: str) -> frozenset[str]:
    """Return the squeezed forms of a vendor's name: umlauts both ways, with and without its "and" and its legal form."""
    shown = plain(name).lower()
    cores = {shown, _LEGAL_FORM.sub(" ", shown)}
    cores |= {_JOINING.sub(word, core) for core in tuple(cores) for word in ("", "and", "und", "et", "y")}
    forms = {tight(form) for core in cores for form in (core, core.translate(_UMLAUTS))}
    return frozenset(form for form in forms if form)


def without_legal_form(name: str) -> str:
    """Return a name without "GmbH", "Inc." and their like."""
    return " ".join(_LEGAL_FORM.sub(" ", plain(name).lower()).split()).strip(" ,.&")
