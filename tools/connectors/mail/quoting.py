"""Tells the new words of a mail from the quoted history below, between or above them.

Works line by line in linear time: the text is hostile, and a published reply parser ran for minutes on one line of
"Am schrieb Am schrieb ...". Knows English, German, French, Spanish, Italian and Dutch clients. Nothing but history is cut:
signatures and greetings stay, since "Thanks, our price is 59" must not vanish as a closing.
"""

from __future__ import annotations

from dataclasses import dataclass

_LONGEST_ATTRIBUTION = 400
_ATTRIBUTION_LINES = 3
_OPENINGS = ("on ", "am ", "le ", "el ", "il ", "op ", "el día ", "em ")
_WROTE = ("wrote", "schrieb", "a écrit", "escribió", "ha scritto", "schreef", "escreveu")
_SEPARATORS = (
    "original message",
    "original appointment",
    "forwarded message",
    "ursprüngliche nachricht",
    "weitergeleitete nachricht",
    "message d'origine",
    "message original",
    "message transféré",
    "mensaje original",
    "mensaje reenviado",
    "messaggio originale",
)
_FROM = ("from", "von", "de", "da", "van")
_OTHER_HEADERS = (
    *("sent", "date", "to", "cc", "subject"),
    *("gesendet", "datum", "an", "betreff"),
    *("envoyé", "envoyé le", "à", "objet"),
    *("enviado", "enviado el", "fecha", "para", "asunto"),
    *("inviato", "data", "a", "oggetto"),
    *("verzonden", "aan", "onderwerp"),
)
_GREETING_WIDTH = 60


@dataclass(frozen=True)
class NewText:
    """The new words, and whether unquoted text below the history was left out."""

    text: str
    left_out_below: bool = False


def new_text(text: str) -> NewText:
    """Return the words the sender added. When nothing but a greeting precedes the history, answers below it count as new."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    begins, ends = _history(lines)
    if begins is None:
        return NewText(_unquoted(lines))
    above, below = lines[:begins], lines[ends:]
    if _says_something(above):
        return NewText(_unquoted(above), left_out_below=_answers_below(below))
    return NewText(_unquoted([*above, *below]))


def _history(lines: list[str]) -> tuple[int | None, int]:
    """Return where the history begins and where its heading ends."""
    for at, line in enumerate(lines):
        if _is_separator(line):
            return at, at + 1
        length = _attribution(lines, at) or _header_block(lines, at)
        if length:
            return at, at + length
    return None, len(lines)


def _is_separator(line: str) -> bool:
    bare = line.strip()
    if len(bare) > 80 or not bare.startswith(("--", "__")):
        return False
    return bare.strip("-_ ").lower().replace("\u2019", "'") in _SEPARATORS


def _attribution(lines: list[str], at: int) -> int:
    """Return how many lines "On ... X wrote:" takes here, or 0. It names a time or an address."""
    joined = ""
    for count in range(1, _ATTRIBUTION_LINES + 1):
        if at + count > len(lines):
            return 0
        part = lines[at + count - 1].strip().lstrip("> ")
        if not part or len(joined) + len(part) > _LONGEST_ATTRIBUTION:
            return 0
        joined = f"{joined} {part}".strip().lower()
        if joined.endswith(":") and any(verb in joined for verb in _WROTE):
            opens = joined.startswith(_OPENINGS) or (count == 1 and _next_is_quoted(lines, at + 1))
            return count if opens and any(c.isdigit() or c == "@" for c in joined) else 0
    return 0


def _next_is_quoted(lines: list[str], at: int) -> bool:
    following = next((line for line in lines[at : at + 3] if line.strip()), "")
    return following.lstrip().startswith(">")


def _header_block(lines: list[str], at: int) -> int:
    """Return how many lines an Outlook-style From/Sent/To/Subject block takes here, or 0."""
    if _label(lines[at]) not in _FROM:
        return 0
    count, labels = 1, 0
    for line in lines[at + 1 : at + 8]:
        if _label(line) in _OTHER_HEADERS:
            labels += 1
        elif line.strip() and labels == 0:
            return 0
        elif line.strip():
            break
        count += 1
    return count if labels >= 2 else 0


def _label(line: str) -> str:
    head, colon, _ = line[:40].lstrip("> *\t").partition(":")
    return head.strip("* \u00a0").lower() if colon else ""


def _unquoted(lines: list[str]) -> str:
    return "\n".join(line.rstrip() for line in lines if not line.lstrip().startswith(">")).strip().rstrip("_").rstrip()


def _says_something(lines: list[str]) -> bool:
    said = [line.strip() for line in lines if line.strip() and not line.lstrip().startswith(">")]
    return len(said) > 1 or (len(said) == 1 and not _is_greeting(said[0]))


def _is_greeting(line: str) -> bool:
    return len(line) <= _GREETING_WIDTH and line.endswith((",", "!")) and not any(c.isdigit() for c in line)


def _answers_below(lines: list[str]) -> bool:
    quoted = False
    for line in lines:
        if line.lstrip().startswith(">"):
            quoted = True
        elif quoted and line.strip():
            return True
    return False
