"""Which sentences are which clause: one line of patterns per kind. Written for recall on vendor paper; values are read elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from agents.contract_reader.sentences import Sentence, titles
from memory.domain.contract import ClauseKind

_FLAGS = re.IGNORECASE
AMOUNT = r"(?:(?:[€$£]|\b(?:EUR|USD|GBP|CHF|euros?|dollars?))\s*\d|\d[\d.,' ]*\s*(?:[€$£]|(?:EUR|USD|GBP|CHF|euros?|dollars?)\b))"
NOT = r"(?:\bnot|\bnever|\bcannot|\bneither|\bno right|\brefrains? from|\bprohibited|\bkeine?[rns]?|\bnicht)\b"


@dataclass(frozen=True)
class Pattern:
    """A sentence is the clause when `needs` all occur in it and none of `bars` does."""

    needs: tuple[re.Pattern[str], ...]
    bars: tuple[re.Pattern[str], ...] = ()

    def holds(self, words: str) -> bool:
        """Return whether the words are such a clause."""
        return all(need.search(words) for need in self.needs) and not any(bar.search(words) for bar in self.bars)


def _pattern(*needs: str, bars: Iterable[str] = ()) -> Pattern:
    return Pattern(tuple(re.compile(n, _FLAGS) for n in needs), tuple(re.compile(b, _FLAGS) for b in bars))


_LIABLE = r"\bliab(?:le|ility)|\bhaft(?:et|ung|en)?\b|\bdamages\b"
_LIABILITY = r"\bliab(?:le|ility)\b(?! compan)|\bhaft(?:et|ung|en)?\b"
# "including, without limitation, ..." is a manner of speaking, not a liability without limit.
_UNLIMITED = r"\bunlimited\b|(?<!including )(?<!including, )(?<!include )(?<!include, )(?<!includes )\bwithout (?:any )?limit(?:ation)?\b(?! of liability)|\buncapped\b|no (?:limit|cap) (?:on|to)|\bunbeschränkt\b|\bunbegrenzt\b"
LEGAL_CARVE_OUT = (
    r"\bintent(?:ional(?:ly)?)?\b|wil+ful|gross(?:ly)? negligen|\bfraud|\bdeath\b|\binjury\b|\bvorsatz|\bvorsätzlich|grob(?:e[rn]?)? fahrlässig"
    r"|leben, körper|mandatory (?:statutory )?law|liability to (?:an individual|(?:any |the )?data subjects?)|cannot be (?:limited|excluded)|may not be (?:limited|excluded)|(?:including|but) not limited"
)
_CUSTOMER_LIABLE = rf"\b(?:customer|client|buyer|auftraggeber|kunde)\b[^.;]{{0,80}}(?:{_LIABILITY})[^.;]{{0,60}}(?:{_UNLIMITED})|(?:{_UNLIMITED})[^.;]{{0,40}}liability of (?:the )?customer"

PATTERNS: dict[ClauseKind, tuple[Pattern, ...]] = {
    ClauseKind.PARTIES: (
        _pattern(r"\bbetween\b.+\band\b|\bby and between\b|\bzwischen\b.+\bund\b", r"\"|“|„|\(|hereinafter|agreement|vertrag"),
    ),
    ClauseKind.PRICE: (
        _pattern(
            r"\b(?:unit price|prices?|fees?|rates?|charges?|subscription|preis|vergütung|entgelt|gebühr)",
            AMOUNT,
            bars=(rf"{_LIABLE}|interest|penalt|\btotal\b|gesamt",),
        ),
    ),
    ClauseKind.TOTAL: (_pattern(r"\btotal\b|\ball[- ]in\b|\baggregate (?:price|fee)|\b(?:ins)?gesamt", AMOUNT, bars=(_LIABLE,)),),
    ClauseKind.EFFECTIVE_DATE: (
        _pattern(
            r"\btakes? effect|\beffective\b|\bcommenc(?:es?|ing|ement)|\bstart(?:s|ing)? (?:date|on)|entered into (?:on|as of)|\bdated\b|made (?:on|as of)|\bbeginn|\bmit wirkung|tritt am|\bin kraft",
            r"\d{4}",
        ),
    ),
    ClauseKind.INITIAL_TERM: (
        _pattern(
            r"\b(?:initial|minimum|fixed|first|subscription|contract|base)\s+(?:subscription\s+|contract\s+)?(?:term|period|commitment)|\bterm\s*(?::|is|of|shall)|in (?:full )?(?:force|effect) (?:for|until)|\b(?:mindest|erst|grund)?(?:vertrags)?laufzeit|\bvertragsdauer|\bfür die dauer von|\bvertrag läuft|\bconcluded for|month[- ]to[- ]month|\bindefinite|unbestimmte zeit|no minimum term",
            bars=(r"\binsur|\bduring the term of this agreement,? and (?:for )?(?:the|a)\b",),
        ),
    ),
    ClauseKind.RENEWAL: (
        _pattern(
            r"\brenew(?!ed (?:request|notice))|\bsuccessive\b|month[- ]to[- ]month|\bcontinues? for (?:an? |one |each )?(?:further|additional|another|successive)\b|\bextend(?:s|ed)? (?:automatically|by|for)|\bprolong|\bverlänger"
        ),
    ),
    ClauseKind.NOTICE: (
        _pattern(
            r"\bnotice\b|\bnotif(?:y|ies)|kündig|\bfrist\b|\bprior\b|\bin advance\b|\bbefore\b",
            r"\brenew|\bterminat|\bcancel|kündig|\bexpir|\bverlänger",
        ),
    ),
    ClauseKind.PAYMENT_TERMS: (
        _pattern(
            r"\bpayable\b|\bdue\b|\bpays?\b|\bpaid\b|\bpayments?\b|\bnet[ -]\d|\bzahlbar\b|\bfällig\b|\bzahlung|\bzu zahlen\b|\bbeglichen\b|\bzu begleichen\b",
            r"\bdays?\b|\btage?n?\b|\bnet[ -]\d{1,3}\b(?![.,]\d|\s*(?:EUR|USD|GBP|CHF))",
            bars=(r"\binvoices?\b[^.;]{0,40}\b(?:issued|delivered|sent)\b[^.;]{0,40}\bwithin\b",),
        ),
        # Without a number of days: at once, by card, or as an order says.
        _pattern(
            r"\b(?:due|payable|fällig|zahlbar|zu zahlen)\b[^.;]{0,40}\b(?:(?:up)?on receipt|immediately|at once|sofort)\b|\bsofort\b[^.;]{0,40}\b(?:fällig|zahlbar|zur zahlung)"
            r"|\bcharged?\b[^.;]{0,80}\b(?:credit card|debit card|card|payment (?:method|instrument))\b|\bwithin the payment period\b|\b(?:lastschrift|kreditkarte)\w*\b[^.;]{0,60}\b(?:eingezogen|abgebucht|belastet)",
            bars=(r"\brücklastschrift|\blate\b|\boverdue|\bchargeback|\brefund|\bdisput",),
        ),
    ),
    ClauseKind.PRICE_INCREASE: (
        _pattern(
            r"\b(?:increas|rais(?:e|ing)|adjust|chang|modif|index|uplift|escalat|erhöh|anpass|änder|anheb|anzuheb|angehoben)",
            r"\b(?:price|fee|charge|rate)s?\b|\bpreis|\bentgelt|\bgebühr",
            bars=(
                r"service level|\b(?:attempt|agree)\w*\b[^.;]{0,60}\b(?:upon|on|to) an? (?:equitable )?adjustment",
                r"\b(?:fees?|charges?) (?:associated with|for|resulting from) (?:any |such )*(?:changes?|modifications?)",
            ),
        ),
    ),
    ClauseKind.GOVERNING_LAW: (
        _pattern(
            r"\bgovern(?:ed|s|ing)?\b[^.;]{0,120}\blaws?\b|\blaws?\b[^.;]{0,60}\b(?:governs?|appl(?:y|ies)\b)|(?:construed|interpreted|enforced)[^.;]{0,100}\blaws? of|\bes gilt\b.*\brecht\b|\brecht der bundesrepublik|unterliegt\b.*\brecht"
        ),
    ),
    ClauseKind.LIABILITY_CAP: (
        _pattern(
            _LIABLE,
            r"(?<!not )limited to|\bnot exceed|\bcapped\b|\bmaximum (?:aggregate )?liability|\bcap (?:of|on|is)|begrenzt auf|beschränkt auf|\bis excluded\b|ausgeschlossen|in no event",
            bars=(r"not limited to (?:the fees|an amount)",),
        ),
        _pattern(
            r"\b(?:not|never|cannot|can't)\b[^.;]{0,60}\bliable\b[^.;]{0,80}\bfor (?:any |all )?(?:direct\b|damages?(?: or losses)?\b)",
            bars=(
                r"third[- ]party (?:web ?)?(?:sites?|services?)|force majeure|beyond|web ?sites or|unauthori[sz]ed|\bby you\b|failure to comply",
            ),
        ),
    ),
    ClauseKind.UNCAPPED_LIABILITY: (
        _pattern(
            rf"(?:{_LIABILITY})[^.;]{{0,120}}(?:{_UNLIMITED})|(?:{_UNLIMITED})[^.;]{{0,60}}(?:{_LIABILITY})",
            # "Unlimited Claims" is the carve-out of a mutual cap where a form defines it. What the vendor owes without a limit is no risk of ours.
            bars=(
                LEGAL_CARVE_OUT,
                r"\b(?:provider|vendor|supplier|licensor)'s (?:total |aggregate )?liability\b|\b(?:we|provider|vendor|supplier|licensor) (?:is|are|shall be|will be)(?: \w+)? liable\b",
                r"\bunlimited claims\b|produkthaftung|arglist|\bgarantie|zwingend|product liability",
                r"\b(?:anbieter|provider|auftragnehmer|dienstleister|lizenzgeber|verkäufer|agentur|betreiber|wir)\b[^.;]{0,30}\bhaft|\bhaft(?:et|en)\b[^.;]{0,10}\b(?:der|die|wir) ?(?:anbieter|provider|auftragnehmer|dienstleister|lizenzgeber|verkäufer|agentur|betreiber)?\b[^.;]{0,20}\bun(?:beschränkt|begrenzt)",
            ),
        ),
        _pattern(_CUSTOMER_LIABLE),
    ),
    ClauseKind.TERMINATION: (_pattern(r"\bterminat(?:e|es|ed|ion)\b|\bcancel|kündig"),),
    ClauseKind.DATA_PROTECTION: (
        _pattern(r"\bGDPR\b|\bDSGVO\b|data process(?:ing|or)|personal data|data protection|auftragsverarbeitung|personenbezogene|\bCCPA\b"),
        _pattern(
            r"\b(?:process|collect|protect|safeguard)\w*\b[^.;]{0,60}\bpersonal information\b|\bpersonal information\b[^.;]{0,60}\b(?:process|collect|protect|safeguard)"
        ),
    ),
    ClauseKind.DATA_REGION: (
        _pattern(
            r"\bstore[sd]?\b|\bstorage\b|\bprocess(?:es|ed)?\b|\bhost(?:s|ed|ing)?\b|\bkept\b|\blocated\b|\bresid|\bdata cent(?:er|re)s?|\brechenzentr|gespeichert|verarbeitet",
            r"\bdata\b|\bdaten\b|\bservers?\b|\bdata cent|\brechenzentr|\bcontent\b",
            r"European Union|\bEU\b|\bEEA\b|European Economic Area|\bEuropa\b|\bEurope\b|United States|\bUSA?\b|U\.S\.|Germany|Deutschland|Ireland|Netherlands|France|Finland|Frankfurt|Switzerland|Schweiz|United Kingdom|\bUK\b|India|Singapore|anywhere|any country|worldwide",
        ),
    ),
    ClauseKind.CONFIDENTIALITY: (_pattern(r"\bconfidential|\bvertraulich|\bgeheimhalt|non-disclosure"),),
    ClauseKind.EXCLUSIVITY: (
        _pattern(
            r"\bexclusiv(?:e|ely|ity)\b|\bausschließlich\b.*\b(?:beziehen|bezieht|erwerben|kaufen)|\bexklusiv\w*\b|\balleinig(?:er|en)? (?:anbieter|lieferant\w*|dienstleister)|\bnicht (?:von|bei) (?:dritten|anderen)\b[^.;]{0,40}\b(?:beziehen|bezieht|erwerben|beauftragen)|\b(?:beauftrag\w*|bezieh\w*|engagier\w*)\b[^.;]{0,60}\bkeine (?:dritten|anderen|weiteren) (?:anbieter|dienstleister|lieferanten|agenturen)|\b(?:gesamten|vollständigen|kompletten) bedarf\b|\bsole (?:supplier|provider|vendor|source)\b"
            r"|\b(?:shall|will|may|must) not\b[^.;]{0,60}\b(?:purchase|procure|obtain|buy|use)\b[^.;]{0,60}\bfrom (?:any )?(?:other|third|another)",
            r"purchas|procur|obtain|\bbuy|\bsourc|suppl|distribut|\bsell|provider|\bdeal|appoint|engag|subscri|partner|exclusivity|territor|bezieh|bezieht|erwerb|kauf|beauftrag|bedarf|tätig|anbieter|lieferant|dienstleister|vertrieb|exklusivität",
            bars=(
                r"\b(?:nicht|nicht-)[- ]?(?:exklusiv|ausschließlich)|nicht verpflichtet|keine exklusiv|\b(?:exklusiv\w*|ausschließlich\w*) (?:nutzungs)?(?:recht|lizenz)",
                r"non-? ?exclusiv|not (?:be |intended to be )?exclusive|no exclusiv|exclusive (?:of|jurisdiction|venue|place|property|owner|remed|right|licen|courts?|control|competence|forum|benefit)",
                r"exclusive(?:ly)? (?:by|in|to) (?:the )?(?:courts?|laws?|vendor)|(?:jurisdiction|venue|courts?|remed(?:y|ies)|law)\b[^.;]{0,60}exclusiv|exclusiv\w*[^.;]{0,40}(?:jurisdiction|courts?\b)",
                r"\bsubject exclusively to\b|exclusively (?:to|under|on) the (?:terms|conditions)|\breserves? the right to grant\b|\bnot (?:be )?(?:grant|given|provid|entitl|receiv)\w*[^.;]{0,60}\bexclusiv",
                r"exclusive(?: and absolute)? discretion|exclusively us(?:e|es|ed|ing)\b[^.;]{0,20}\bcookies",
                r"exclusive (?:statement|agreement|purpose|use|warrant|authority|and in lieu|expression)|(?:entire|complete) (?:and|agreement)|\bin lieu\b|exclusively (?:own|borne|belong|devote)|\b(?:owned|borne|belongs?|located|derived|devotes?) exclusively|intellectual property",
                rf"{NOT} (?:be )?(?:obliged|obligated|required|bound)",
            ),
        ),
    ),
    ClauseKind.NON_COMPETE: (
        _pattern(
            r"non-?compet(?:e|ition)|\b(?:shall|will|may|must|agrees?) not(?: to)?\b[^.;]{0,80}\b(?:compete\b|engage in[^.;]{0,40}compet|offer[^.;]{0,40}compet|work (?:for|with)[^.;]{0,40}competitor)|wettbewerbsverbot|konkurrenz(?:verbot|klausel)|\b(?:nicht|weder|keine?)\b[^.;]{0,60}\b(?:für|bei) (?:\w+ )?(?:wettbewerber\w*|konkurrent\w*|konkurrenzunternehmen|mitbewerber\w*)|\b(?:untersagt|verboten|unterlassen|zu unterlassen)\b[^.;]{0,60}\b(?:konkurrier|wettbewerb|mitbewerb)|\bdarf\b[^.;]{0,60}\bnicht\b[^.;]{0,60}\b(?:mitbewerber|wettbewerber|konkurren)|\bkeine(?:n)? (?:konkurrenz|wettbewerb)\b|\bin wettbewerb (?:zu|mit)\b[^.;]{0,40}\b(?:treten|tritt)",
            bars=(
                r"anti-?compet|\b(?:build|develop|creat|design|benchmark)\w*\b[^.;]{0,100}(?:compet|similar)",
                r"no non-?compet|not subject to (?:any|a) non-?compet|\bauch wenn\b[^.;]{0,30}\bwettbewerber|keine[mnr]? (?:nachvertragliche[mns]? )?(?:wettbewerbsverbot|konkurrenz(?:verbot|klausel))|konkurrenzprodukt",
            ),
        ),
        # For a time, and not by what the service shows: the customer's own trade is meant.
        _pattern(
            r"\b(?:shall|will|may|must|agrees?) not(?: to)?\b[^.;]{0,60}\b(?:develop|build|create|sell|market|distribute|produce|offer)\w*\b[^.;]{0,60}\bcompet",
            r"\b(?:for|during|within|until)\b[^.;]{0,60}\b(?:years?|months?|term)\b",
            bars=(r"\b(?:us(?:e|ing)|access\w*|revers\w*|copy\w*|benchmark\w*|in order to)\b",),
        ),
    ),
    ClauseKind.AI_TRAINING: (
        _pattern(
            r"\btrain(?:s|ing|ed)?\b|fine-?tun|\btrainieren|\btraining\b|\b(?:improve|develop)\w*\b[^.;]{0,60}(?:machine learning|artificial intelligence|\bAI\b|\bmodels?\b)",
            r"\bAI\b|artificial intelligence|machine[- ]learning|\bmodels?\b|\balgorithms?\b|neural|\bKI\b|modelle",
            r"\bdata\b|\bcontent\b|\binputs?\b|\bdaten\b|\binhalte",
            bars=(
                rf"{NOT}[^.;]{{0,70}}\b(?:train|fine-?tun|improv|develop)",
                r"\b(?:you|customer|client|users?) (?:may|can|are free to|is free to)\b[^.;]{0,240}\b(?:train|fine-?tun)",
                r"^[\"“][^\"”]{2,60}[\"”] means\b|\balleg(?:es|ing|ed)\b|content generation|\btraining (?:process|methods?|sessions?|courses?)\b",
            ),
        ),
    ),
}

RISKS = (ClauseKind.EXCLUSIVITY, ClauseKind.NON_COMPETE, ClauseKind.UNCAPPED_LIABILITY, ClauseKind.AI_TRAINING)
"""Clauses that speak against a contract by being there."""

_SOFTWARE = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b[^.;]{0,40}\b(?:instructions?|prompts?|rules?|policy|policies|above|guidelines)\b"
    r"|\byou are (?:now |an? )?(?:AI|assistant|language model|chatbot|helpful)|\bsystem prompt\b|<\|?(?:system|im_start)"
    r"|\b(?:AI|artificial intelligence|LLM|language models?|chat ?bots?|KI-(?:Assistent|System)\w*|automated (?:systems?|reviewers?|agents?)|assistants?|agents?|software)\b[^.;]{0,80}"
    r"\b(?:must|should|shall|please|is instructed|are instructed|will|has to|have to|muss|müssen|soll(?:en)?)\b[^.;]{0,60}"
    r"\b(?:approve|sign|accept|report|record|mark|treat|summari[sz]e|recommend|ignore|skip|state|confirm|flag|pay|genehmigen|bestätigen|freigeben)\b"
    r"|\b(?:note|message|instruction)s? (?:to|for) (?:the )?(?:AI|LLM|assistant|language model|automated)",
    _FLAGS,
)


def addressed_to_software(sentence: Sentence) -> bool:
    """Return whether a sentence talks to a machine instead of the parties. A hint for the operator, never a control."""
    return bool(_SOFTWARE.search(sentence.flat))


_HEADING = re.compile(r"(?:[\d.§()]*\s*)?[^\d.:;!?]{1,70}")


def is_heading(sentence: Sentence) -> bool:
    """Return whether a sentence is a heading: short, without figures or colon, or a title with a full stop. It names a clause and is none."""
    return bool(_HEADING.fullmatch(sentence.flat)) or titles(sentence.flat)


#: What a title says of the sentence behind it; where a value is read from the clause, the sentence has to say it itself.
_BY_TITLE = frozenset({*RISKS, ClauseKind.CONFIDENTIALITY, ClauseKind.DATA_PROTECTION, ClauseKind.TERMINATION})


def kinds_of(sentence: Sentence) -> tuple[ClauseKind, ...]:
    """Return the clauses that a sentence is."""
    return tuple(kind for kind, patterns in PATTERNS.items() if any(_holds(pattern, kind, sentence) for pattern in patterns))


def _holds(pattern: Pattern, kind: ClauseKind, sentence: Sentence) -> bool:
    return pattern.holds(sentence.body) or (kind in _BY_TITLE and sentence.body != sentence.flat and pattern.holds(sentence.flat))
