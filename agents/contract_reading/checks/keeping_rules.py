"""Rules on data and secrets: data-processing terms, sub-processors, where data is, confidentiality, training of models."""

from __future__ import annotations

from agents.contract_reading.checks.nouns import Check
from agents.contract_reading.checks.rules import Says, rule

_PLACES = r"(?:european union|\beu\b|\beea\b|european economic area|\beuropa?\b|united states|\bu\.s\.|\busa\b|germany|deutschland|ireland|netherlands|france|finland|frankfurt|switzerland|schweiz|united kingdom|\buk\b|canada|australia|india|singapore|virginia|oregon|geographic region|region (?:specified|selected|chosen)|same region)"
_TRAIN = r"\b(?:train(?:s|ed|ing)?|re-?train|fine-?tun\w*|trainieren|trainiert)\b"
_MODELS = r"\b(?:models?|ai\b|a\.i\.|machine[- ]learning|artificial intelligence|algorithms?|llms?|neural|ki\b|ki-\w+|modelle\w*)"
_DATA = r"(?:\bdata\b|\bcontent\b|\binputs?\b|\boutputs?\b|\bprompts?\b|\bsubmissions?\b|\bdaten\b|\binhalte\b|\bfiles\b)"
_OWN_DATA = rf"(?:\b(?:customer|user|client|your|personal|their|service|ihre\w*|kunden\w*)(?:'s)?\b[^.;]{{0,30}}{_DATA}|\binputs?\b|\bprompts?\b|\bsubmissions?\b)"
_NEGATED = rf"\b(?:not|never|cannot|no)\b[^.;]{{0,120}}{_TRAIN}|{_TRAIN}[^.;]{{0,40}}\bis prohibited|\b(?:nicht|keine?)\b[^.;]{{0,100}}{_TRAIN}|\bexcludes? model training"
_BUYERS_OWN = r"\b(?:you|customer|client|user|users)\b (?:may|shall|will|must|agrees?)\b[^.;]{0,30}\bnot\b|\b(?:you|customer) (?:may|can)\b[^.;]{0,160}\btrain|compet|alleg|represent that output|\btraining (?:materials?|sessions?|services?)\b|receive any training|employees"
_CLASSIFIED = r"(?:confidential(?:ity)?|proprietary|non-public)"

RULES = (
    rule(
        Check.DPA,
        "dpa|data p|data-p|standard contractual|documented instructions|processor|auftragsv|avv|ccpa|art. 28|article 28",
        r"\bdata[- ](?:processing|protection|privacy) (?:agreement|addendum|terms|exhibit|annex)|\bstandard contractual clauses\b|\bdocumented instructions\b|\bauftragsverarbeitung|\bavv\b|\bart(?:icle|\.) ?28\b"
        r"|\b(?:as|be|deemed) an? (?:data )?processor\b|\bprocessor\b[^.;]{0,60}\bon behalf of\b|(?:ccpa|consumer privacy act)[^.]{0,120}\"?service provider",
        bars=(r"\bno data processing agreement",),
    ),
    rule(Check.DPA, "dpa", r"\bdpa\b(?! 2018)"),
    rule(
        Check.SUBPROCESSORS,
        "processor|subcontractor|unterauftrag",
        r"\bsub-?processors?\b|\bunterauftrag(?:s|nehm)\w*|\bsubcontractors?\b[^.;]{0,80}\bpersonal data|personal data[^.;]{0,80}\bsubcontractors?\b",
        bars=(r"^\"?sub-?processors?\"? (?:will have|means)", r"no sub-?processors? (?:are|is)"),
    ),
    rule(
        Check.DATA_LOCATION,
        "data|content|server|daten|rechenzentr",
        r"\b(?:stored?s?|storage|process(?:es|ed)?|host(?:s|ed|ing)?|kept|located|resid\w+|data cent(?:er|re)s?|rechenzentr\w*|gespeichert|verarbeitet|transfer)\b",
        r"\b(?:data|content|servers?|daten|data cent(?:er|re)s?|rechenzentr\w*)\b",
        _PLACES,
        bars=(
            r"\bcourts?\b|\blaws? of\b|export control|embargo|adequacy|clause|scc|resident of|court order|privacy laws|\bdirective\b|regulation \(?eu|transmission of technical data",
        ),
    ),
    rule(
        Check.CONFIDENTIALITY,
        "confiden|secre|proprietary|disclose|vertraulich|geheim",
        rf"\bnot\b(?: to)?[^.;]{{0,40}}\b(?:disclose|use|divulge|share|reveal)\b[^.;]{{0,120}}\b(?:{_CLASSIFIED} (?:information|materials?)|client information|trade secrets)"
        rf"|\b(?:{_CLASSIFIED}) information\b[^.;]{{0,200}}\bnot (?:be )?(?:disclose|use|divulge|share)|\b(?:keep|maintain|maintaining|preserve|protect|hold|treat)\b[^.;]{{0,80}}\b(?:in (?:strict )?confidence|confidential(?:ity)?\b)"
        rf"|\bonly (?:use|share|disclose)\b[^.;]{{0,60}}\bconfidential information|\bduty of confidentiality\b|\bbound (?:by|to)\b[^.;]{{0,40}}\bconfidentiality|\bkeep confidential\b|\bnot (?:to )?disclose to any third"
        r"|\bvertraulich(?:keit)? (?:zu )?(?:behandel|wahr)|\bgeheim(?: ?zu ?)?halt|stillschweigen",
        bars=(
            r"\b(?:zugangsdaten|passwort|kennwort)\b|\b(?:password|credential|log-?in|account|user id|access code|api key)s?\b[^.;]{0,60}\bconfidential|confidential(?:ity)?\b[^.;]{0,60}\b(?:password|credential|log-?in|account|user id)|redact|non-confidential|attorney|legal advice",
            r"violation of confidentiality|in no event shall[^.]{0,60}\bgive",
        ),
    ),
    rule(
        Check.CONFIDENTIALITY,
        "confiden",
        r"\bconfidentiality\b[^.;]{0,40}\b(?:surviv|continu)",
        says=Says.MAYBE,
        bars=(r"password|credential|except|limitation",),
    ),
    rule(
        Check.AI_TRAINING,
        "train|tun",
        _TRAIN,
        _MODELS,
        _OWN_DATA,
        r"\b(?:may|will|can|grants?|licen[sc]e|right to|reserves?|uses?|used|consents?|darf|dürfen|nutz\w+|verwend\w+)\b",
        bars=(_NEGATED, _BUYERS_OWN, r"^[^.]{0,60}\b(?:train(?:ing)?) data (?:customer|you)"),
    ),
    rule(
        Check.AI_TRAINING,
        "machine|artificial|ai |model|lern",
        r"\b(?:improve|develop|enhance|verbesser|entwickel)\w*\b[^.;]{0,80}" + _MODELS,
        r"\b(?:customer|user|your|client|ihre|kunden)\b[^.;]{0,40}" + _DATA,
        bars=(r"\b(?:not|never|nicht|keine?)\b", _BUYERS_OWN),
        says=Says.MAYBE,
    ),
    rule(
        Check.AI_TRAINING,
        "train|tun",
        _NEGATED,
        r"\b(?:except|unless|until|opt(?:ed)?[- ]?(?:out|in)|without your consent|es sei denn|außer)",
        _MODELS,
        _DATA,
        bars=(_BUYERS_OWN,),
        says=Says.MAYBE,
    ),
    rule(Check.AI_TRAINING, "train|tun", _NEGATED, _DATA, _MODELS, bars=(_BUYERS_OWN,), says=Says.RULED_OUT),
)
"""Data processing, sub-processors, data location, confidentiality, training."""
