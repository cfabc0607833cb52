"""Turns of phrase that speak for a category, or against it: what a lawyer would underline, as one more witness for the trees.

The weights are rough and were set by hand; the trees decide what a sum of them is worth. Patterns never decide alone.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

from agents.contract_reading.categories import Category

_C = Category
_SEEN = 1_200  # characters of a sentence that are searched

_PHRASES: Mapping[Category, tuple[tuple[float, str], ...]] = {
    _C.EFFECTIVE_DATE: (
        (3.5, r"\beffective (?:date|as of)\b.{0,150}\b(?:means?|as of|upon|when|first|execut|date|day)"),
        (2.5, r"\b(?:become|becomes|is|be|take|takes|come|comes|enter|enters) (?:effective|effect|into (?:effect|force))\b"),
        (2, r"\bterm\b.{0,80}\b(?:commenc|begin)\w*\b"),
        (-2, r"\b(?:terminat|notice|registration|amend)\w*\b"),
    ),
    _C.EXPIRATION_DATE: (
        (3, r"\bterm of (?:this|the) (?:agreement|contract|licen[sc]e|lease|franchise)\b.{0,170}\b(?:years?|months?|until|through|expir|commenc)"),
        (2.5, r"\b(?:shall|will) (?:continue|remain|be)\b.{0,30}\b(?:effect|force)\b.{0,60}\b(?:for|until|through)\b"),
        (2, r"\b(?:unless|until) (?:sooner|earlier|otherwise|it is) terminated\b"),
        (2, r"\binitial (?:term|period)\b.{0,90}\b(?:years?|months?|expir|continu|commenc|end)"),
        (1.5, r"\b(?:shall|will) (?:automatically )?(?:expire|terminate|end) (?:on|upon|at)\b"),
        (1.5, r"\b(?:anniversary|perpetual|in perpetuity)\b"),
        (-2, r"\bwarrant(?:y|ies)\b|\binsurance\b|\binvoice|\bconfidential information\b"),
    ),
    _C.RENEWAL_TERM: (
        (4, r"\b(?:automatically|be|shall|may|will|to)\s+(?:be\s+)?(?:renew|extend)(?:ed|s)?\b.{0,150}\b(?:year|month|period|term)"),
        (3, r"\b(?:successive|additional|consecutive|further)\b.{0,50}\b(?:years?|months?|terms?|periods?)\b"),
        (3, r"\brenewal (?:term|period)s?\b"),
        (2.5, r"\b(?:option|right) to (?:renew|extend)\b|\bevergreen\b|\b(?:year|month)[- ]to[- ](?:year|month)\b"),
        (-3, r"\binsurance\b|\bpolic(?:y|ies)\b|\brenewal fee\b"),
    ),
    _C.NOTICE_PERIOD: (
        (4, r"\bunless (?:either|one|a|any|the other|such)\b.{0,170}\b(?:notice|notif|elect)"),
        (3, r"\b(?:not|non|intent(?:ion)?|decision)\W+(?:to )?(?:renew|extend)"),
        (2.5, r"\b(?:renew|extend|extension)\w*\b.{0,270}\b(?:days?|months?)\b.{0,60}\b(?:prior|before|advance|notice)"),
        (-3, r"\binsurance\b"),
        (-2.5, r"^(?!.*\b(?:renew|extend|extension)).*$"),
    ),
    _C.GOVERNING_LAW: (
        (5, r"\b(?:govern|constru|interpret|enforc)\w*\b.{0,160}\blaws?\b|\blaws? of\b.{0,80}\b(?:govern|appl(?:y|ies))"),
        (3, r"\blaws? of (?:the )?(?:state|commonwealth|province|republic|people|country|england|kingdom)\b"),
        (-2.5, r"\b(?:corporation|company|partnership|organi[sz]ed|existing|incorporated)\b.{0,60}\bunder the laws"),
        (-1.5, r"\bcompl(?:y|iance) with\b"),
    ),
    _C.MOST_FAVOURED: (
        (5, r"\bmost[- ]favou?red\b"),
        (4, r"\b(?:no less|not less|less|more|as) favou?rable\b.{0,140}\b(?:terms?|pric\w+|customers?|offered|third part|conditions)"),
        (3.5, r"\b(?:lowest|best|lower|better)\b.{0,60}\b(?:price|pricing|rate|fee|discount|terms)s?\b.{0,140}\b(?:customer|offer|third|other|any)"),
        (2, r"\bat least as (?:low|favou?rable)\b"),
    ),
    _C.COMPETITIVE_EXCEPTION: (
        (3, r"\b(?:exclusiv\w*|compet\w+|restrict\w*|foregoing)\b.{0,170}\b(?:shall not (?:apply|prohibit|prevent)|not apply|except|notwithstanding|nothing)"),
        (3, r"\b(?:notwithstanding|nothing|except|provided|however)\b.{0,210}\b(?:exclusiv|compet)\w*"),
        (3, r"\b(?:own\w*|invest\w*|hold\w*)\b.{0,110}\b(?:publicly|traded|percent|%|securities|exchange)"),
    ),
    _C.NON_COMPETE: (
        (4, r"\b(?:not|nor|neither|refrain|prohibit\w*|no)\b.{0,230}\bcompet(?:e|es|ing|itive|ition|itors?)\b"),
        (3.5, r"\bcompet(?:ing|itive) (?:business|product|service|line|technolog)\w*\b"),
        (3, r"\bnon-?\s?compet"),
        (2, r"\bwithin\b.{0,60}\bmiles\b|\bdirectly or indirectly\b.{0,90}\b(?:engage|own|operate|sell|market)"),
        (-3, r"\b(?:unfair competition|compensation|competent|competitive (?:bid|price|rate)s?)\b"),
    ),
    _C.EXCLUSIVITY: (
        (3.5, r"\bexclusive (?:right|licen[sc]e|distribut|provider|supplier|vendor|agent|dealer|use|territor|market|manufactur|sponsor|basis|source)"),
        (3, r"\b(?:sole|exclusive)(?:ly)? (?:and|or) (?:exclusive|sole)"),
        (3, r"\bexclusivity\b|\bsole source\b"),
        (2.5, r"\bon an exclusive basis\b|\bexclusively\b.{0,40}\b(?:from|to|through|with|for)\b|\b(?:all|one hundred percent|100%) of its requirements\b"),
        (2.5, r"\b(?:shall|will|may|agrees?) not\b.{0,130}\b(?:grant|licen[sc]e|sell|appoint|enter into|purchase|use|permit)\b.{0,130}\b(?:third part|other (?:person|part|distribut|compan)|any (?:person|other)|else)"),
        (-4, r"\bnon-?\s?exclusive\b"),
        (-2, r"\bexclusive (?:jurisdiction|remed|venue|property|of|owner)"),
    ),
    _C.NO_SOLICIT_CUSTOMERS: (
        (4, r"\b(?:solicit|divert|induce|entice|interfere|canvass|call on)\w*\b.{0,170}\b(?:customer|client|account|policyholder|subscriber|member|user)s?\b"),
        (-1.5, r"^(?!.*\b(?:not|neither|nor|refrain|agrees|no)\b).*$"),
    ),
    _C.NO_SOLICIT_EMPLOYEES: (
        (4, r"\b(?:solicit|hire|employ|recruit|induce|entice|engage)\w*\b.{0,170}\b(?:employee|personnel|staff|consultant|officer)s?\b"),
        (2, r"\bto leave\b|\bsolicit for employment\b|\bpoach"),
        (-3.5, r"^(?!.*\b(?:solicit|hire|recruit|induce|entice|to leave)).*$"),
    ),
    _C.NON_DISPARAGEMENT: (
        (5, r"\bdisparag"),
        (4, r"\b(?:derogatory|defam\w+|denigrat\w+|derogat\w+)\b"),
        (2.5, r"\b(?:disrepute|adversely|damag\w*|harm\w*|injur\w+|detriment\w*|tarnish\w*|negativ\w+)\b.{0,90}\b(?:reputation|goodwill|good name|image)"),
    ),
    _C.TERMINATION_FOR_CONVENIENCE: (
        (4, r"\b(?:may|right to|entitled to|option to|can|elect to)\b.{0,130}\bterminat\w+\b.{0,210}\b(?:without cause|for convenience|any reason|with or without|at any time|no reason|sole discretion|at will)"),
        (3, r"\bterminat\w+\b.{0,130}\b(?:upon|by (?:giving|providing)|on|with|after|subject to)\b.{0,70}\b(?:days?|months?)\W.{0,40}\bnotice"),
        (3, r"\b(?:at any time|for any reason)\b.{0,120}\bterminat|\bnotice\b.{0,40}\b(?:of|to) terminat\w+.{0,60}\bat any time"),
        (2, r"\bwithout cause\b|\bfor (?:its )?convenience\b|\bat will\b|\bfor any or no reason\b"),
        (-3, r"\b(?:breach|default|bankrupt|insolven|fails?|failure|material|cure|change of control)\w*\b"),
    ),
    _C.FIRST_REFUSAL: (
        (5, r"\bright of first (?:refusal|offer|negotiation|opportunity)"),
        (4, r"\bfirst (?:right|option|opportunity|refusal)\b|\b(?:ROFR|ROFO|ROFN)\b"),
        (2.5, r"\b(?:option|right) to (?:purchase|acquire|buy|licen[sc]e|negotiate)\b|\bpre-?emptive\b"),
        (2, r"\b(?:sale|offer|transfer|negotiation) (?:notice|period)\b|\bnegotiate\b.{0,60}\bgood faith\b"),
    ),
    _C.CHANGE_OF_CONTROL: (
        (5, r"\bchange (?:of|in) (?:the )?(?:control|ownership)\b|\bchange-of-control\b"),
        (3, r"\b(?:merge[rs]?|merg\w+|consolidat\w+|acqui(?:red|sition)|reorgani[sz]ation)\b.{0,210}\b(?:terminat|assign|consent|deemed|transfer)\w*"),
        (2.5, r"\b(?:all or )?substantially all\b.{0,70}\b(?:assets|stock|business|shares)"),
        (2.5, r"\b(?:majority|more than (?:50|fifty)|50%|controlling interest|voting (?:power|stock|securities|shares))\b"),
        (1.5, r"\bby operation of law\b|\bsuccessor"),
    ),
    _C.ANTI_ASSIGNMENT: (
        (4.5, r"\b(?:not|neither|nor|no)\b.{0,150}\b(?:assign|transfer|delegate|sublicen[sc]e)\w*\b.{0,230}\b(?:consent|approval)"),
        (3, r"\b(?:may|shall|right to)\b.{0,50}\b(?:not )?assign\b"),
        (3, r"\b(?:assign|transfer)\w*\b.{0,170}\b(?:void|null|invalid|breach)\b"),
        (2.5, r"\bassign\w*\b.{0,130}\bwithout\b.{0,70}\bconsent"),
        (1.5, r"\bsuccessors and (?:permitted )?assigns\b|\bpersonal to\b"),
        (-3, r"\b(?:right,? title|inventions?|hereby assigns|work product|intellectual property)\b"),
    ),
    _C.REVENUE_SHARING: (
        (3, r"\b(?:royalt(?:y|ies)|commissions?|revenue shar\w+|profit[- ]shar\w*|bounty|residual)\b.{0,170}(?:\bpercent|%|\bequal to\b)"),
        (3, r"(?:%|\bpercent(?:age)?)\W.{0,70}\b(?:net|gross|total|adjusted)?\s*(?:sales|revenues?|profits?|receipts|proceeds|premiums?)"),
        (2, r"\b(?:shall|will) (?:pay|receive|share|remit|retain|be paid|be entitled to)\b.{0,170}\b(?:royalt|commission|revenue|profit)"),
    ),
    _C.PRICE_RESTRICTIONS: (
        (3.5, r"\b(?:not|no)\b.{0,90}\b(?:increase|decrease|raise|change|adjust|modify)\w*\b.{0,90}\b(?:price|fee|rate|charge|cost)s?\b"),
        (3.5, r"\b(?:price|fee|rate|charge)s?\b.{0,130}\b(?:shall|may|will) (?:not|only|remain)\b.{0,70}\b(?:increas|exceed|chang|adjust|decreas|fixed|firm|same)"),
        (2.5, r"\b(?:increas|decreas)\w*\b.{0,150}\b(?:exceed|more than|greater than|limited to)\b.{0,70}(?:%|percent|CPI|consumer price)"),
    ),
    _C.MINIMUM_COMMITMENT: (
        (3.5, r"\bminimum\b.{0,70}\b(?:purchas|order|quantit|commit|amount|guarant|pay|royalt|number|fee|volume|sales|annual|level|requirement|spend)"),
        (3, r"\b(?:a|the|no) (?:less than a )?minimum (?:of|number)\b"),
        (2.5, r"\b(?:shall|agrees? to|will|must|commits? to)\b.{0,30}\b(?:purchase|order|buy|pay|sell|spend|provide|maintain)\b.{0,90}\b(?:at least|no(?:t)? (?:less|fewer) than|minimum)"),
        (2, r"\b(?:take[- ]or[- ]pay|purchase commitment|guaranteed|shortfall|quota)\b"),
        (-3, r"\b(?:insurance|wage|per occurrence|coverage)\b"),
    ),
    _C.VOLUME_RESTRICTION: (
        (3, r"\b(?:maximum|not to exceed|not exceed|no(?:t)? more than|limited to|up to)\b.{0,90}\b(?:number|hours|units?|users?|copies|volume|quantit|tickets|capacity|per (?:month|year|day|week|annum))"),
        (2, r"\bin excess of\b.{0,90}\b(?:charge|additional fee|hours|units|users|copies)"),
        (-3, r"\b(?:liabilit|damages|insurance|interest)\b"),
    ),
    _C.IP_ASSIGNMENT: (
        (4.5, r"\b(?:hereby|shall|agrees? to|will|does)\b.{0,70}\b(?:assigns?|transfers?|conveys?)\b.{0,170}\b(?:rights?|title|interest|invention|copyright|patent|work|intellectual|deliverable)"),
        (4, r"\bworks?[- ](?:made[- ])?for[- ]hire\b"),
        (2.5, r"\b(?:sole and exclusive|exclusive|sole) (?:property|owner) of\b"),
        (2.5, r"\bright,? title,? and interest\b.{0,210}\b(?:vest|assign|own|belong|transfer)"),
        (2, r"\b(?:shall|will) (?:be (?:solely )?owned by|own|belong|vest)\b.{0,120}\b(?:invention|improvement|intellectual|work|developed|content|software|copyright)?"),
    ),
    _C.JOINT_IP: (
        (5, r"\bjoint(?:ly)?[- ]?own"),
        (3.5, r"\b(?:owned jointly|own jointly|jointly by|joint (?:invention|patent|intellectual|work|ownership|copyright|technolog|development)\w*)"),
        (2, r"\bundivided\b.{0,40}\binterest|\bco-?own"),
    ),
    _C.LICENCE_GRANT: (
        (4.5, r"\b(?:grants?|granted|granting)\b.{0,170}\b(?:(?:sub)?licen[sc]e|right to use|right and|rights? to)"),
        (3, r"\b(?:non-?\s?exclusive|exclusive|royalty-?free|non-?\s?transferable|worldwide)\b.{0,150}\blicen[sc]e"),
        (2, r"\blicen[sc]e to (?:use|copy|distribut|reproduc|display|make|market|sell|practice)"),
    ),
    _C.NON_TRANSFERABLE_LICENCE: (
        (4.5, r"\bnon-?\s?(?:transferable|assignable)\b"),
        (3, r"\bnon-?\s?sublicen[sc]\w*\b|\bwithout (?:the )?right to sublicen[sc]e\b"),
        (2.5, r"\b(?:may|shall|right to|not) not?\b.{0,70}\bsublicen[sc]e"),
        (2, r"\blicen[sc]e\b.{0,130}\b(?:not|without)\b.{0,70}\b(?:transfer|assign|sublicen[sc])"),
    ),
    _C.AFFILIATE_LICENSOR: (
        (2.5, r"\b(?:and|on behalf of) (?:its|their) affiliates\b.{0,90}\bgrants?\b"),
        (2, r"\bgrants?\b.{0,210}\b(?:own(?:ed)?|controll?(?:ed)?|licen[sc]ed) by\b.{0,70}\baffiliates"),
    ),
    _C.AFFILIATE_LICENSEE: (
        (3.5, r"\bgrants?\b.{0,130}\b(?:affiliates|members of|subsidiaries)\b.{0,170}\b(?:licen[sc]e|right)"),
        (2.5, r"\b(?:licen[sc]e|right)\b.{0,210}\b(?:its|their) (?:affiliates|subsidiaries|group)\b"),
    ),
    _C.UNLIMITED_LICENCE: (
        (4.5, r"\b(?:unlimited (?:number|use|right|licen[sc]e|copies|users|access|downloads)|an? unlimited\b)"),
        (3, r"\benterprise[- ](?:wide )?licen[sc]e\b|\bsite licen[sc]e\b"),
    ),
    _C.PERPETUAL_LICENCE: (
        (4.5, r"\b(?:perpetual|irrevocable)\w*\b.{0,170}\b(?:licen[sc]e|right)"),
        (4, r"\blicen[sc]e\b.{0,170}\b(?:perpetual|irrevocable|in perpetuity|surviv)"),
    ),
    _C.SOURCE_CODE_ESCROW: (
        (4.5, r"\bescrow\b.{0,210}\b(?:source|software|code|material|agent|deposit)"),
        (4, r"\b(?:source code|deposit)\b.{0,210}\bescrow"),
    ),
    _C.POST_TERMINATION: (
        (3, r"\b(?:upon|after|following|on|in the event of)\b.{0,70}\b(?:terminat|expir)\w+\b.{0,230}\b(?:shall|will|may|agrees?|must)\b.{0,110}\b(?:continu|return|transition|assist|cease|sell|pay|cooperat|provid|complet|wind|destroy|retain)"),
        (2.5, r"\btransition (?:services?|period|assistance|plan)|\bsell[- ]off\b|\bwind(?:ing)?[- ]?(?:down|up)\b"),
        (2.5, r"\bfor (?:a|the) period of\b.{0,90}\b(?:after|following)\b.{0,70}\b(?:terminat|expir)\w+"),
        (2, r"\bsurviv\w+\b|\b(?:remaining|existing) inventory\b|\brepurchase\b"),
        (-2.5, r"\bconfidential"),
    ),
    _C.AUDIT_RIGHTS: (
        (4, r"\baudit(?:s|ed|or|ors|ing)?\b.{0,170}\b(?:books|records|right|inspect|accounts?|notice|verify|expense|complian)"),
        (3.5, r"\b(?:inspect|examin|review|access)\w*\b.{0,110}\b(?:books|records|facilit|premises|accounts?)"),
        (2.5, r"\b(?:maintain|keep|retain)\b.{0,90}\b(?:books|records|accounts)"),
        (2, r"\b(?:normal|regular|reasonable) (?:business|working) hours\b|\bunder-?pa(?:id|yment)|\bdiscrepanc"),
    ),
    _C.UNCAPPED_LIABILITY: (
        (4, r"\b(?:except|other than|exclu\w+|notwithstanding|limitation\w*|nothing)\b.{0,210}\b(?:indemnif\w*|gross(?:ly)? negligen\w+|wil?lful|confidential\w*|fraud|death)\b.{0,310}\b(?:liab\w*|damages|limit\w*)?"),
        (3.5, r"\b(?:liab\w*|damages|limit\w*)\b.{0,310}\b(?:except|other than|not apply|exclud)\w*\b.{0,210}\b(?:indemnif|gross|wil?lful|confidential|fraud|breach|death)"),
        (2.5, r"\bunlimited liability\b|\bnothing\b.{0,90}\b(?:limit|exclude)s?\b.{0,70}\bliab|\bwithout limit\b"),
        (-2.5, r"^(?!.*\b(?:liab|damage|limitation)).*$"),
    ),
    _C.LIABILITY_CAP: (
        (4.5, r"\b(?:not|no event|no case|nor|neither|no party)\b.{0,110}\b(?:be )?(?:liab|responsib)\w+\b.{0,250}\b(?:consequential|incidental|indirect|special|punitive|exceed|lost profit|loss of|exemplary)"),
        (4, r"\b(?:total|aggregate|maximum|entire|cumulative|sole)\b.{0,70}\bliabilit\w+\b.{0,210}\b(?:exceed|limited|amount)"),
        (3, r"\bliabilit\w+\b.{0,110}\b(?:limited to|not exceed|not to exceed|in excess of)"),
        (3, r"\b(?:waive\w*|disclaim\w*|exclud\w*)\b.{0,130}\b(?:consequential|punitive|special|indirect)\b"),
        (1.5, r"\b(?:barred|statute of limitations|action)\b.{0,90}\b(?:within|more than|after)\b.{0,50}\b(?:years?|months?)\b"),
        (-2, r"\binsurance\b"),
    ),
    _C.LIQUIDATED_DAMAGES: (
        (5, r"\bliquidated damages\b"),
        (3, r"\b(?:termination|cancellation|early[- ]termination|break-?up) (?:fee|charge|payment|penalt\w+)s?\b"),
        (3, r"\bnot (?:as )?(?:a )?penalty\b|\bpenalt(?:y|ies)\b.{0,90}(?:%|percent|\$|per day)"),
        (2, r"\blate (?:charge|fee|delivery)s?\b.{0,70}\bpenalt|\bterminat\w+\b.{0,90}\bpay\b.{0,70}\b(?:fee|amount|sum|equal)"),
    ),
    _C.WARRANTY_DURATION: (
        (4.5, r"\bwarrant(?:y|ies|s|ed)\b.{0,230}\b(?:\d+|thirty|sixty|ninety|one|two|twelve|six|three|five|eighteen)\b[^.]{0,20}\b(?:days?|months?|years?)\b"),
        (4, r"\b(?:warranty|guarantee) (?:period|term)\b"),
        (2.5, r"\b(?:defects?|conform\w*)\b.{0,170}\b(?:for a period|within|months?|days?|years?)\b"),
    ),
    _C.INSURANCE: (
        (4, r"\b(?:liability|general|product|workers|compensation|automobile|umbrella|property|errors|casualty|indemnity)\b.{0,40}\binsurance\b"),
        (3.5, r"\b(?:maintain|procure|carry|obtain|provide|keep|purchase)\b.{0,110}\b(?:insurance|insured|coverage)\b"),
        (4, r"\badditional (?:named )?insured|\bA\.?M\.? best\b|\bsubrogation\b"),
        (3.5, r"\b(?:certificates?|polic(?:y|ies)) of insurance\b|\binsurance (?:polic|coverage|certificate|requirement)"),
        (3, r"\bper occurrence\b|\bcombined single limit|\bper claim\b"),
        (-3, r"\binsurance (?:company|commission|department|contract|product)s?\b"),
    ),
    _C.COVENANT_NOT_TO_SUE: (
        (4.5, r"\b(?:contest|challenge|dispute|attack|question|impair|oppose)\w*\b.{0,110}\b(?:validity|ownership|title|enforceab|right|registration)"),
        (4.5, r"\bcovenants? not to (?:sue|assert)|\bnot\b.{0,40}\b(?:sue|assert any claim|bring any)"),
        (3.5, r"\b(?:releases?|discharges?|waives?)\b.{0,170}\b(?:claims|demands|causes of action|rights? to)"),
        (2.5, r"\b(?:not|never)\b.{0,110}\b(?:register|oppose|apply)\b.{0,90}\b(?:mark|trademark|domain|name)"),
    ),
    _C.THIRD_PARTY_BENEFICIARY: (
        (4.5, r"\b(?:is|are|be|as|intended)\b.{0,50}\bthird[- ]party beneficiar"),
        (3, r"\bthird[- ]party beneficiar|\benforceable by\b"),
        (-4.5, r"\b(?:no|not|nor|nothing|none)\b.{0,170}\bthird[- ]party (?:beneficiar|right)|\bno (?:other )?(?:person|third)"),
    ),
}  # fmt: skip


@functools.cache
def _compiled(category: Category) -> tuple[tuple[float, re.Pattern[str]], ...]:
    return tuple((weight, re.compile(pattern, re.IGNORECASE | re.DOTALL)) for weight, pattern in _PHRASES[category])


def said_for(category: Category, sentence: str) -> tuple[float, float]:
    """Return the weight of the phrases that speak for `category`, and of all phrases together, those against it too."""
    weights = [weight for weight, pattern in _compiled(category) if pattern.search(sentence, 0, _SEEN)]
    return sum(w for w in weights if w > 0), sum(weights)
