"""Bytes to text with a closed list of charsets, and removal of characters nobody sees."""

from __future__ import annotations

import codecs
import re

# Only charsets that mail is written in: `unicode_escape`, `punycode`, `utf-7` and the like are ways to hide or to stall.
_CHARSETS = re.compile(
    r"(ascii|utf-8|utf-16(-[lb]e)?|iso8859-\d+|cp125\d|cp437|cp850|koi8-[ru]|gb2312|gbk|gb18030|big5|shift_jis|euc_\w+|iso2022_jp|mac-roman)"
)
# Zero-width characters, bidirectional controls, soft hyphens, variation selectors of the tag block, and C0/C1 controls but tab and newline.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\U000e0000-\U000e0fff"
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]"
)


def decoded(body: bytes, charset: str | None) -> tuple[str, bool]:
    """Return the text of `body` and whether something could not be read as the charset it claims (or as UTF-8)."""
    wanted = _codec(charset) if charset else "utf-8"
    for codec in dict.fromkeys((wanted or "utf-8", "utf-8")):
        try:
            return body.decode(codec), wanted is None
        except UnicodeError:
            continue
    return body.decode("cp1252", "replace"), True


def _codec(charset: str) -> str | None:
    try:
        name = codecs.lookup(charset.strip("\"' ")[:40]).name
    except (LookupError, ValueError, UnicodeError):
        return None
    # Latin-1 without its control characters is cp1252 in every mail that says so wrongly.
    return None if not _CHARSETS.fullmatch(name) else "cp1252" if name == "iso8859-1" else name


def without_invisible(text: str) -> tuple[str, int]:
    """Return `text` without characters nobody sees, and how many were taken out. Carriage returns become newlines."""
    return _INVISIBLE.subn("", text.replace("\r\n", "\n").replace("\r", "\n"))
