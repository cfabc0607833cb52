"""Text of a Markdown page as it is shown: rendered by the library, read by the HTML reader, so that both hide and show the same."""

from __future__ import annotations

import re

from memory.domain.errors import InputError
from tools.lookups.document_parts import DocumentFormat, DocumentText
from tools.lookups.html_text import read_html

MAX_MARKDOWN = 1_000_000
_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\n(?:[^\n]{0,2000}\n){0,200}?(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_MARKS = re.compile(
    r"^#{1,6} \S|^(?:\*|-|\+) \S|\[[^\]\n]{1,200}\]\([^)\n]{1,500}\)|\*\*\S[^*\n]{0,300}\*\*|^\|[^\n]*\|\s*$|^```", re.MULTILINE
)
_ENOUGH = 4


def looks_like_markdown(text: str) -> bool:
    """Whether a text without a telling name is Markdown: it has a heading and several other marks."""
    head = text[:40_000]
    return bool(re.search(r"^#{1,6} \S", head, re.MULTILINE)) and len(_MARKS.findall(head)) >= _ENOUGH


def read_markdown(text: str, filename: str = "") -> DocumentText:
    """Return the text of a Markdown page without its marks. Raises `InputError` when it is too large or holds no text."""
    from markdown_it import MarkdownIt

    if len(text) > MAX_MARKDOWN:
        raise InputError(f"the page has {len(text):,} characters of Markdown; at most {MAX_MARKDOWN:,} are read", hint="split it")
    page = _FRONT_MATTER.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    rendered = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(page)
    return read_html(f"<body>{rendered}</body>", filename, made_of=DocumentFormat.MARKDOWN)
