"""English turns of phrase that mean the same as a plainer one."""

from __future__ import annotations

import re

COUNTED = (
    r"euros?|dollars?|pounds?|francs?|eur|usd|gbp|chf|cents?|pence|percent|per cent|months?|days?|weeks?|years?|users?|seats?|licen[cs]es?|"
    r"contacts?|subscribers?|hours?|pieces?|units?|laptops?|calendar|business|working"
)
"""What a number in words stands beside."""

SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(\w)[ \u00a0\u202f]+:(?=\s)"), "{1}:"),
    (re.compile(r"(\d) ?(?:per ?cent|percent)\b", re.IGNORECASE), "{1} %"),
    (re.compile(r"\bVAT\.(?=:)"), "VAT"),
    (re.compile(r"\bhalf a year\b", re.IGNORECASE), "6 months"),
    (re.compile(r"\b(\d+)(?: ?\(\w+\))? calendar (months|days|weeks|years)\b", re.IGNORECASE), "{1} {2}"),
)
