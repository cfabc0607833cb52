"""English turns of phrase that mean the same as a plainer one."""

from __future__ import annotations

import re

COUNTED = (
    r"euros?|dollars?|pounds?|francs?|eur|usd|gbp|chf|cents?|pence|percent|per cent|months?|days?|weeks?|years?|users?|seats?|licen[cs]es?|"
    r"contacts?|subscribers?|hours?|pieces?|units?|laptops?|calendar|business|working|people|persons?|employees?|staff|accounts?|packs?|chairs?|places?|workplaces?|colleagues"
)
"""What a number in words stands beside."""

SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"([\w%)])[ \u00a0\u202f]+:(?=\s)"), "{1}:"),
    (re.compile(r"(\d) ?(?:per ?cent|percent)\b", re.IGNORECASE), "{1} %"),
    (re.compile(r"\bVAT\.(?=:)"), "VAT"),
    (re.compile(r"\b(?:bound|tied|committed|locked)(?: in)? for (?:a|one|1) (?:full )?year\b", re.IGNORECASE), "commit for 12 months"),
    (re.compile(r"\b\w+ \((\d{1,3})\) (days|weeks|months|years)\b", re.IGNORECASE), "{1} {2}"),
    (re.compile(r"\bN(\d{2})\b(?![.,]?\d)"), "net {1}"),
    (re.compile(r"\bhalf a year\b", re.IGNORECASE), "6 months"),
    (re.compile(r"\b(\d+)[ -]?(?:mths?|mons?|mos)\b\.?", re.IGNORECASE), "{1} months"),
    (re.compile(r"\b(\d+)[ -]?(?:wks?)\b\.?", re.IGNORECASE), "{1} weeks"),
    (re.compile(r"\b(\d+)[ -]?(?:dys?|d)\b\.?(?=[ ,.;)]|$)", re.IGNORECASE), "{1} days"),
    (re.compile(r"\b(\d+)[ -]?(?:yrs?)\b\.?", re.IGNORECASE), "{1} years"),
    (re.compile(r"\bmthly\b\.?", re.IGNORECASE), "monthly"),
    (re.compile(r"\bq(?:ua)?rtr?ly\b\.?", re.IGNORECASE), "quarterly"),
    (re.compile(r"\b(?:yrly|ann\.)(?=\W)", re.IGNORECASE), "annual"),
    (re.compile(r"(?<=\d )p\.?p\.? ?/? ?(p\.?m|p\.?a)\b\.?", re.IGNORECASE), "per person {1}"),
    (re.compile(r"\b(?:pupm|pppm|p\.?u\.?[ /]*p\.?m\b\.?|p\.?p\.?[ /]*p\.?m\b\.?)", re.IGNORECASE), "per user per month"),
    (re.compile(r"(?<=\d )pp\b(?!\.)", re.IGNORECASE), "per person"),
    (re.compile(r"\b(\d+) ppl\b", re.IGNORECASE), "{1} people"),
    (re.compile(r"\bmin\. ?(?=\d)", re.IGNORECASE), "minimum "),
    (re.compile(r"\b(\d+)(?: ?\(\w+\))? calendar (months|days|weeks|years)\b", re.IGNORECASE), "{1} {2}"),
)
