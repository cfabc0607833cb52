"""Whose law governs: the states and countries that a governing-law clause names, in lower-case usual English names."""

from __future__ import annotations

import re
from collections.abc import Iterable

_I = re.IGNORECASE

_STATES = """alabama|alaska|arizona|arkansas|california|colorado|connecticut|delaware|florida|georgia|hawaii|idaho|illinois|indiana|iowa|kansas|kentucky
|louisiana|maine|maryland|massachusetts|massachussets|michigan|minnesota|mississippi|missouri|montana|nebraska|nevada|new hampshire|new jersey|new mexico|new york
|north carolina|north dakota|ohio|oklahoma|oregon|pennsylvania|rhode island|south carolina|south dakota|tennessee|texas|utah|vermont|virginia|washington
|west virginia|wisconsin|wyoming|district of columbia|puerto rico|ontario|british columbia|alberta|quebec|québec|nova scotia|manitoba|saskatchewan
|new brunswick|newfoundland|new south wales|queensland|victoria|western australia|south australia"""
_COUNTRIES = """england and wales|england & wales|england|scotland|northern ireland|wales|united kingdom|great britain|ireland|people's republic of china|peoples republic of china
|china|p\\.?r\\.?c\\.?|hong kong|macau|taiwan|republic of korea|south korea|korea|japan|singapore|india|israel|germany|france|spain|italy|switzerland|the netherlands|netherlands|belgium|luxembourg
|sweden|norway|denmark|finland|iceland|austria|poland|portugal|greece|cyprus|malta|estonia|latvia|lithuania|slovenia|slovakia|croatia|bulgaria|romania|hungary
|czech republic|brazil|mexico|argentina|chile|colombia|peru|uruguay|panama|canada|australia|new zealand|south africa|nigeria|kenya|bermuda|cayman islands
|british virgin islands|jersey|guernsey|isle of man|gibraltar|malaysia|thailand|indonesia|philippines|vietnam|pakistan|kazakhstan|russian federation|russia|ukraine|turkey
|egypt|saudi arabia|united arab emirates|qatar|papua new guinea|marshall islands|liberia|united states|u\\.s\\.a?\\.?|deutschland|österreich|schweiz|frankreich|niederlande|irland"""
_ADJECTIVES = {
    "english": "england",
    "german": "germany",
    "deutschem": "germany",
    "deutsches": "germany",
    "deutsche": "germany",
    "austrian": "austria",
    "österreichischem": "austria",
    "österreichisches": "austria",
    "swiss": "switzerland",
    "schweizer": "switzerland",
    "schweizerischem": "switzerland",
    "irish": "ireland",
    "french": "france",
    "dutch": "netherlands",
    "danish": "denmark",
    "swedish": "sweden",
    "norwegian": "norway",
    "finnish": "finland",
    "belgian": "belgium",
    "italian": "italy",
    "spanish": "spain",
    "polish": "poland",
    "israeli": "israel",
    "japanese": "japan",
    "indian": "india",
    "chinese": "china",
    "korean": "korea",
    "canadian": "canada",
    "australian": "australia",
    "scottish": "scotland",
    "scots": "scotland",
}
_USUAL = {
    "england and wales": "england",
    "england & wales": "england",
    "wales": "england",
    "united kingdom": "england",
    "great britain": "england",
    "people's republic of china": "china",
    "peoples republic of china": "china",
    "prc": "china",
    "republic of korea": "korea",
    "south korea": "korea",
    "the netherlands": "netherlands",
    "russian federation": "russia",
    "massachussets": "massachusetts",
    "québec": "quebec",
    "us": "united states",
    "usa": "united states",
    "deutschland": "germany",
    "österreich": "austria",
    "schweiz": "switzerland",
    "frankreich": "france",
    "niederlande": "netherlands",
    "irland": "ireland",
}
_PLACES = sorted((one.strip() for one in f"{_STATES}|{_COUNTRIES}".replace("\n", "").split("|")), key=len, reverse=True)
_PLACE = re.compile(
    rf"(?<![\w])(?:(?P<adjective>{'|'.join(_ADJECTIVES)})(?=\s+(?:substantive\s+|statute\s+|contract\s+|civil\s+)?(?:laws?|recht)\b)|(?P<place>{'|'.join(one.replace(' ', chr(92) + 's+') for one in _PLACES)}))(?!\w)",
    _I,
)
_GOVERNS = re.compile(r"\b(?:govern|constru|interpret|enforc|subject\s+to|unterlieg|anwendbar|gilt|recht\b)\w*", _I)
_LAWS_OF = re.compile(r"\blaws?\b[^.;]{0,40}?\b(?:of|in)\b|\brecht\s+(?:der|des)\b|\bgesetze\b", _I)
_BY_REGION = re.compile(
    r"\bif\s+(?:you|customer|the\s+customer|licensee|buyer)\b[^.;]{0,80}\b(?:located|domiciled|resid\w+|principal|contract\w*|established)\b|\b(?:for|with)\s+customers\s+(?:in|located|domiciled)\b|\bdepend\w*\s+(?:up)?on\s+where\b",
    _I,
)
_LONGEST = 220


def governing_laws(text: str, passages: Iterable[tuple[int, int, float]]) -> tuple[tuple[str, ...], int, int] | None:
    """Return the laws that a clause names, with its place; several where each region has its own.

    The first is the one that governs, unless the clause chooses by where the customer is: then none is the answer for all.
    """
    for start, end, _ in passages:
        words = " ".join(text[start:end].replace("\u2019", "'").split())
        named = _named(words)
        if named:
            return named, start, end
    return None


def chosen_by_region(words: str) -> bool:
    """Return whether a clause says that the law depends on where the customer is."""
    return bool(_BY_REGION.search(words))


def _named(words: str) -> tuple[str, ...]:
    governs = _GOVERNS.search(words)
    clause = words[governs.start() :] if governs else words
    laws = _LAWS_OF.search(clause)
    for part in ((clause[laws.end() : laws.end() + _LONGEST] if laws else ""), clause, words):
        found = _places(part)
        if found:
            return found
    return ()


def _places(words: str) -> tuple[str, ...]:
    found = [_usual(match) for match in _PLACE.finditer(words)]
    narrow = [place for place in found if place != "united states"] or found
    return tuple(dict.fromkeys(narrow))


def _usual(match: re.Match[str]) -> str:
    if match["adjective"]:
        return _ADJECTIVES[match["adjective"].lower()]
    plain = " ".join(match["place"].lower().split())
    return _USUAL.get(plain, _USUAL.get(plain.replace(".", ""), plain))
