"""What the operator wants done, by the shape of the sentence. What asks for power it may not have is UNKNOWN: nothing is done."""

from __future__ import annotations

import re

from agents.requisition_intake import lexicon
from agents.requisition_intake.need import REQUEST
from agents.requisition_intake.refusals import asks_power, overrides
from memory.domain.instruction import Intent

CASE_ID = re.compile(
    r"(?<![\w-])(?:(?P<id>case-[0-9a-z]{2,}|c-?\d{1,6}|pc-\d+|req-[0-9a-z]+|po-\d+)|case\s*(?:#|no\.?|number|id)?\s*(?P<number>\d{1,6}|(?=[a-z-]*\d)[0-9a-z][0-9a-z-]{1,20})|#(?P<hash>\d{1,6}))(?![\w-])"
)

_CASE_NOUN = r"(?:case|purchase|order|request|requisition|negotiations?|search|rfq|procurement|sourcing|process|buy|deal|hunt|case file|tender|talks)"
_PAUSE = r"(?:pause|suspend|put|hold(?: off| on)?|freeze|halt|stop|park|wait with)"
_CANCEL = r"(?:cancel|abort|drop|kill|call off|scrap|forget(?: about)?|close|abandon|withdraw|discard|end|never ?mind)"
_RESUME = r"(?:resume|continue|restart|unpause|reopen|re-open|carry on|pick up|proceed|go on|unfreeze|un-pause|reactivate|retry|re-?run|try again|redo|start again)"
_CONTROL = re.compile(
    rf"\b(?:{_PAUSE}|{_CANCEL}|{_RESUME})\b[^.;!?\n]{{0,60}}\b{_CASE_NOUN}\b(?! (?:from|of \d))|\b(?:{_PAUSE}|{_CANCEL}|{_RESUME})\b(?: with| on)?\s+(?:case\s+)?(?:case-\w+|c-?\d+|#\d+|case \d+)|\bput [^.;!?\n]{{1,50}} on (?:hold|ice)|"
    r"\bstop (?:negotiating|talking|searching|looking|the search|buying|emailing|mailing|bidding|haggling|sourcing|working on)|\b(?:hold|pause) (?:off|everything|all|it|that)|\b(?:never ?mind|nvm)\b|\b(?:resume|pause|unpause|retry)\b|\bcarry on with\b|\b(?:i|we) (?:no longer|don't) (?:need|want) the\b|\bforget (?:about )?the\b|^\s*(?:please )?(?:stop|cancel|abort|continue|retry|resume|pause)(?: (?:it|that|this))?(?: please)?\s*[.!]?$|\bput (?:it|that|this) on hold\b|\b(?:drop|scrap|cancel|stop|pause|forget) (?:it|that|this)(?: (?:please|again|now|for now))?\s*[.!]?\s*$|"
    r"\b(?:let's|let us|do|please|should|will|would|we'll)?\s*(?:not|don't) (?:go ahead|proceed|carry on|continue|bother) (?:with|on)\b"
)
_CALLED_OFF = re.compile(r"\b(?:not|don't) (?:go ahead|proceed|carry on|continue) with\b")
_RENEW_NOUN = r"(?:subscription|contract|plan|renewal|licen[cs]es?|membership|agreement|account|auto-?renew(?:al)?|hosting|seats|policy|lease|retainer|service|maintenance)"
_RENEWAL = re.compile(
    r"\b(?:don'?t|do not|never|not|no need to|not going to|won't|please|let's|let us|should we|auto-?)?\s*(?:renew(?!s\b|al|ed\b|ing\b)|renegotiat\w*|extend|prolong|terminate|non-renew|unsubscribe)\b|"
    rf"\b(?:cancel|end|stop|drop|quit|kill|give notice (?:on|to|for)|let|discontinue|downgrade|get (?:us )?out of|close|wind down)\b[^.;!?\n]{{0,50}}\b{_RENEW_NOUN}\b|\b(?:cancel|end|quit|ditch|drop|terminate) (?:our|my|the)\s|\blet [^.;!?\n]{{1,40}} (?:lapse|expire|run out|end)|\b(?:remind|wake|ping|alert|notify|warn|nudge|tell) (?:me|us)\b[^.;!?\n]{{0,80}}\b(?:renew\w*|contract|expir\w*|ends?|notice|subscription|cancel\w*)|"
    rf"\bgive notice\b|^\W*(?:please )?(?:get rid of|ditch|dump) [^.;,\n]{{2,30}}[.!]?\s*$|\bauto-?renewing\b|\b(?:won't|not|stop|no longer|don't)\b[^.;!?\n]{{0,20}}\brenewing\b|\b(?:at|upon|on) renewal\b|\b(?:cancel|terminate|end|stop)\b[^.;!?\n]{{1,40}}\b(?:at the end of (?:the|its) (?:term|contract|year|month|period)|before it renews|when (?:it|the (?:term|contract|subscription|licen[cs]e|plan|year|period)) (?:renews|expires|ends|runs out|is up|is over))"
    rf"|\b(?:re-?negotiate|negotiate|get a better (?:price|deal|rate) (?:on|for|from))\b[^.;!?\n]{{0,60}}\b(?:{_RENEW_NOUN}|renews?)\b|\bauto-?renew(?:al)? (?:off|on)\b|\b(?:turn|switch) off (?:the )?auto-?renew|\bkeep (?:the |our )?[\w.]+ (?:for )?another (?:year|month|quarter)"
)
_DROPS = re.compile(
    r"\W*(?:please |pls |ok,? |now |let's )*(?:cancel|end|quit|ditch|drop|dump|get rid of)\s+(?:the|those|these|that|this)\s+[^.;,!?\n]{2,40}[.!]?\s*$"
)
_RUNNING = re.compile(rf"\b(?:{_RENEW_NOUN}|renews?|service|subscriptions|contracts|licen[cs]es|insurance|rental|lease|membership)\b")
"""Signs of a contract that runs. Without one, and without a vendor, "drop the laptops" calls off a purchase."""
_HAGGLE = r"\b(?:re-?negotiate|negotiate|get|ask for|push for|haggle)\b[^.;!?\n]{0,30}\b(?:better|lower|cheaper) (?:price|deal|rate|terms|conditions|offer)s?\b"
_BETTER_DEAL = re.compile(
    rf"{_HAGGLE}[^.;!?\n]{{0,60}}\b(?:renew\w*|contract|subscription)\b|"
    rf"\b(?:contract|subscription|plan|licen[cs]e|agreement)\b[^.;!?\n]{{0,40}}\b(?:renews?|is up for renewal|expires?|ends?|runs out)\b[^;!?]{{0,60}}{_HAGGLE}"
)
_BUDGET = re.compile(
    r"\b(?:raise|augment|increase|lower|cut|reduce|set|bump|change|update|double|halve|triple|trim|adjust|lift|shrink|decrease|slash|top up|add|make|move|put|drop|reset|fix|cap|limit|allocate|assign|reserve|bring|give|expand|extend|grow|boost|up|take)\b[^.;!?\n]{0,60}\b(?:budgets?|spending|spend|allowance|spending (?:limit|cap)|limit|spend (?:limit|cap)|expenses|costs)\b|"
    r"\b(?:budget|spending (?:limit|cap)|spend (?:limit|cap))\b[^.;!?\n]{0,40}\b(?:is now|should (?:now )?be|to be|becomes?|goes (?:up|down) to|from now on|starting|will be|must not exceed|shall be|needs to (?:go|be)|can go)\b|\b(?:new|annual|monthly|quarterly|yearly) [\w ]{0,24}budget\s*(?::|is|=|of)|^\s*(?:the )?(?:\w+ ){0,2}budget (?:for [\w ]{1,30} )?(?:is|=|:|to)\s|\b(?:budget|spend)(?:ing)?\s+(?:up|down) by\b|\b\d+\s?% (?:more|less) (?:for|on)\b|\b(?:give|grant|allocate|assign|allow) (?:the )?(?!me\b|us\b)\w+(?: team| department)? (?:another|an extra|an additional|extra|more)\b|\bbudgets?\s*(?:->|=>|=|→)|\bbudgets?\b[^;!?\n]{0,60}\b(?:raise|augment|increase|lower|reduce|cut|bump|adjust) (?:it )?(?:by|to)\b|\bspend (?:less|more|no more than|at most)[^.;!?\n]{0,40}\b(?:on|for) (?:software|saas|hardware|services|contractors?|marketing|tools)\b"
)
_THIS_BUDGET = re.compile(
    r"\b(?:for (?:this|it|that)(?! (?:year|month|quarter|week))|my budget is|our budget is|the budget is|budget is)\b"
)
_POLICY = re.compile(
    r"\b(?:anything|everything|all (?:purchases|orders|payments|spend\w*|contracts|invoices|deals|vendors|subscriptions|buys)|any (?:purchase|order|payment|spend\w*|contract|invoice|deal|vendor|subscription|thing|amount|software|hardware|buy)|purchases|orders|payments|every (?:purchase|order|payment|contract|deal|subscription|invoice)|contracts|no (?:purchase|order|payment|contract|vendor|subscription|deal|provider|tool)s?)\b[^.;!?\n]{0,90}\b(?:approv\w+|review\w*|sign-?off|ask(?:ing)?|check(?:ed)?|confirm\w*|permission|ok|okay|automatic\w*|through|must|should|needs?|require\w*|allowed|forbidden|without)\b|"
    r"\b(?:never|don't ever|do not ever|don't|do not|stop|no longer|always|only)\s+(?:buy|use|order|purchase|accept|sign|pay|approve|deal|work|choose|pick|auto-?renew|allow|agree|contract|do business|consider|buying|using|ordering|prefer|get|require|ask for|spend|take|book)\b(?! (?:the|this|that|it)\b)|\b(?:stop|quit|don't|do not|no need to|never|without)\s+(?:keep )?(?:ask(?:ing)?|bother(?:ing)?|prompt(?:ing)?|notify(?:ing)?)(?: (?:me|us))\b|\bdon't ask (?:me |us )?(?:again|any ?more)|\b(?:and|then) don't ask|"
    r"\b(?:from now on|henceforth|from today(?: on)?|going forward)\b|\b(?:i|we) (?:never|don't|do not) want\b[^.;!?\n]{0,20}\b(?:contracts?|clauses?|auto-?renew\w*|renewals?|vendors?|subscriptions)\b|^\W*(?:never|no)\b[^.;!?\n]{0,20}\b(?:contracts?|clauses?|auto-?renew\w*|renewals|prepayments?)\b|\b(?:new|change (?:the|my|our)|update (?:the|my|our)|add a|add this|loosen|tighten|relax|make (?:the|our|my)) (?:\w+ )?(?:rules?|polic(?:y|ies))\b|\b(?:company |purchasing |house )?(?:policy|rule)\s*:|\bauto-?approve\b|\b(?:approve|allow|let) [^.;!?\n]{0,50}(?:automatically|without (?:my|asking|approval))|\bblack-?list|\bwhite-?list|\bblock (?:all )?(?:purchases from |orders from |vendor |[A-Z]?\w+ as a vendor)|\bban\b|\ballow[- ]?list|\bdeny[- ]?list|\b(?:approval|review) (?:limit|threshold|level|rule|requirement)s?\b|"
    r"\brequire (?:my |at least |two |three |2 |3 |a second |an? )?[\w ]{0,30}\b(?:approval|review|quotes?|sign-?off|offers?|bids)\b|\b(?:allow|forbid|disallow|permit|prohibit|refuse|reject) (?:all )?(?:auto-?renewals?|auto-?renewing|contracts?|prepayment|annual|vendors?|purchases|orders|clauses?|upfront|terms)\b|\b(?:(?:i|we) (?:want|need|wish|prefer) to|(?:i|we)(?:'d| would) (?:rather|(?:like|prefer) to)) (?:approve|review|sign off|see|check)\b|\bask (?:me|us) (?:before|first|whenever|if|for approval|about (?:everything|anything))|\b(?:let|allow) (?:the )?agents?\b|\b(?:needs?|requires?|must (?:have|get)) (?:my|our) (?:approval|review|sign-?off|ok|permission)\b|\bapprove (?:anything|everything|purchases|orders) (?:under|below|up to|less)|\b(?:disable|turn off|remove|skip|lift|drop|abolish|bypass|suspend) (?:the |all |my |our )?(?:approvals?|policy|policies|rules?|review|limits?|approval (?:gate|rule|step|requirement))\b|\b(?:we|i) don't (?:buy|sign|use|accept|pay|do|deal with|work with)\b|\bour policy\b|\b(?:no longer|don't|do not) (?:want|need|have) to (?:approve|review|sign off|be asked|confirm)\b"
)
_QUESTION_START = re.compile(
    r"^\W*(?:(?:hi|hey|hello|ok|so|and|quick (?:question|one)|one (?:question|more thing)|question|btw|please|pls|sorry|good (?:morning|afternoon|evening)|(?:would|could|can|will) you (?:please |kindly |be so kind as to )?(?=(?:tell|inform|let (?:me|us) know|show|explain|remind (?:me|us) (?:what|why|how|when|who|which))))\b[\s,:!.-]*)*(?:why|what(?:'?s|'re)?|when(?:'?s)?|where(?:'s)?|who(?:'?s)?|whose|which|how(?:'?s)?|did|do|does|is|are|was|were|has|have|am|show|list|tell (?:me|us)|inform (?:me|us)|give me (?:an? )?(?:overview|list|report|summary|status|breakdown|the (?:status|numbers|figures|total|spend|list))|explain|status|remind me (?:what|why|how|when|who)|any (?:news|updates?|progress|renewals?)|summari[sz]e|report|let (?:me|us) know (?:what|how|why|when|which|if|whether|who)|i(?:'d like| want| would like) to (?:know|see|understand)|can you (?:tell|show|explain|list|remind me (?:what|why|how))|could you (?:tell|show|explain|list)|send (?:me|us) (?:an? |the )?(?:list|overview|report|summary|breakdown|total)s?|overview|total (?:spend|cost|paid)|sum of|number of|(?:upcoming|next|open|last|latest|pending) (?:renewals?|payments?|approvals?|cases?|invoices?|decisions?|contracts?)|spend(?:ing)? (?:on|by|with|this|last|per|since))\b"
)
_TOPIC = re.compile(
    r"\b(?:pay|paid|spend|spent|spending|cost us|costing us|renew\w*|expir\w*|status|state of|contracts?|case|invoice[sd]?|budget|approv\w+|pending|owe|due|left|remaining|committed|waiting|chose|choose|chosen|pick(?:ed)?|select\w*|reject\w*|decid\w+|decision|happen\w*|vendors?|suppliers?|subscriptions?|purchases?|orders?|negotiat\w+|saved?|savings|notice|cancel(?:l?ed|lation)?|terminat\w+|ends?|ledger|audit|progress|going|arriv\w+|deliver\w+|sign(?:ed)?|buy|bought|charge[ds]?|total|quote[sd]?|offers?|payments?|requisitions?|case-\w+|c\d+|update|policy|rules?|coming up|history|price went|agreed|stuck|know|knows|chang\w+|cheapest|biggest|largest|most expensive|transfer\w*|sent|moved)\b|\b(?:our|my|us)\b|\b(?:did|do|have|are|were|was) (?:we|i)\b"
)
_ASKS_TO_BUY = re.compile(
    r"^\W*(?:(?:hi|hey|hello|ok|so|please|pls)\b[\s,:!-]*)*(?:(?:what(?:'s| is| are)|which(?: is)?|who(?:'s| is)?) (?:the |a |an |some )?(?:best|good|cheapest|right|decent|recommended|top)|which \w+(?: \w+){0,3} (?:should|would|do you)|do you know (?:of )?(?:an?|any|some)|is there (?:an?|any)|are there any|what (?:\w+ ){1,4}(?:should|would|can|do) (?:we|i|you) (?:buy|get|use|recommend|suggest)|how about (?:getting|buying|ordering)|do we have (?:any )?options|where (?:can|could|do) (?:i|we) (?:get|buy|find)|who (?:can|could) )\b"
)
_SUGGEST = re.compile(
    r"\b(?:try|trying|adding|including|consider(?:ed|ing)?|check out|take a look at|have a look at|look(?:ed)? (?:at|into)|look at|what about|how about|have a go (?:at|with)|give \S+ a (?:try|go|chance)|add|include|suggest(?:ing|ion)?|propose|proposing|recommend(?:s|ed|ing)?|ask|invite|contact|reach out to|get a quote from|put|swears? by|heard (?:good things about|of|that|about)|might be (?:worth|a good)|could be (?:a good|worth|an)|worth (?:a look|checking|considering|a try|looking)|is (?:really |also |very |supposed to be )?(?:great|good|nice|excellent|cheaper|better)|is (?:also )?(?:a good|an alternative|another|supposed to be)|seems? (?:good|to be)|also (?:offers?|sells?|does)|new vendor|another vendor|potential vendor|possible vendor|vendor (?:suggestion|tip|idea)|vendor\s*:|(?:be|is) (?:also )?an(?:other)? (?:option|alternative|candidate)|would be (?:a good|another)|keep [\w.]+ in mind|don't forget|uses?|love|loves|happy with|good experience with|evaluate|use|there's also|there is also|have you (?:tried|seen|heard))\b"
)
_STOPS = re.compile(
    r"^\W*(?:please\s+|ok(?:ay)?,?\s+|now\s+)?(?:(?:stop|cancel|abort)\b(?![-\w])(?!\s+(?:me|us|by|off at|watch)\b)|"
    r"(?:pause|hold|park|scrap|drop|kill)(?=\s*(?:[.!,]|$)|\s+(?:the|our|my|that|this|those|these|it|everything|all|off|on|for)\b))"
)
"""A sentence that starts so never opens a case."""


def find_intent(
    low: str,
    *,
    need_weight: float,
    has_category: bool,
    names_vendor: bool,
    asked_of: bool,
    has_ceiling: bool,
    has_deadline: bool,
    has_link: bool,
) -> Intent:
    """Return the intent of folded text. `need_weight` is how surely something to buy was found, 0 for nothing.

    `asked_of` says that a name stands where a question would put it.
    """
    sure = need_weight >= 1.6
    if not sure and asks_power(low):
        return Intent.UNKNOWN
    buys = sure or (need_weight >= 1 and (has_ceiling or has_category))
    asks = REQUEST.search(low) is not None
    about = _asks_about(low, names_one=asked_of) and not buys
    if not _LOOK.match(low) and (about or _is_question(low, buys=buys, has_ceiling=has_ceiling)):
        return Intent.QUESTION
    idle = _QUESTION_START.match(low) and low.rstrip().endswith("?") and not (asks or has_ceiling or names_vendor)
    if idle:
        return Intent.UNKNOWN
    found = _commands(low, buys=buys and asks, names_vendor=names_vendor)
    if not found and (has_link or names_vendor) and _suggests(low, has_ceiling=has_ceiling):
        found.append(Intent.VENDOR_SUGGESTION)
    if not found and (sure or not overrides(low)):
        wanted = (
            need_weight >= 1
            or (asks and (need_weight > 0 or has_deadline or _vague(low)))
            or (has_ceiling and (asks or _HAS_MONEY.search(low)))
        )
        found.append(Intent.PURCHASE if wanted else Intent.UNKNOWN)
    return found[0] if found else Intent.UNKNOWN


_HAS_MONEY = re.compile(r"\b(?:to spend|budget)\b")


_LOOK = re.compile(
    r"\W*(?:(?:please|pls|kindly|also|hi|hey|hello)\b[\s,:!.-]*)*(?:have|having) (?:an?(?:other)? )?(?:\w+ )?(?:look|go|think)\b"
)
"""An order in the shape of a question: "have a look at ..."."""
_WHO = re.compile(
    r"\W*(?:(?:hi|hey|hello|so|and|please)\b[\s,:!.-]*)*(?:and )?who(?:'s| is| are| was| were)\s+(?!(?:the |an? |some )?(?:best|good|cheapest|right|decent|top|going|able|available)\b)[^?!.]{2,60}\?*\s*$"
)
_ABOUT = re.compile(
    r"\W*(?:(?:hi|hey|hello|so|and|please|can you|could you)\b[\s,:!.-]*)*(?:what(?:'s| is| are| kind of (?:company|vendor|firm) is| sort of (?:company|vendor|firm) is)|tell (?:me|us) (?:more |something )?about|what does|what do (?:we|you) know about)\s+[^?!.]{2,40}[?.!]*\s*$"
)


def _asks_about(low: str, *, names_one: bool) -> bool:
    """Whether the whole text asks who somebody is ("Who is Acme?"), or what a name stands for."""
    return _WHO.match(low) is not None or (names_one and _ABOUT.match(low) is not None and _ASKS_TO_BUY.match(low) is None)


def _is_question(low: str, *, buys: bool, has_ceiling: bool) -> bool:
    start = _QUESTION_START.match(low)
    if start is None:
        last = [s for s in re.split(r"(?<=[.!?\n])\s+", low.strip()) if s][-1]
        follows = last.endswith("?") and _QUESTION_START.match(last) is not None and _TOPIC.search(last) is not None
        return follows and not buys
    if _ASKS_TO_BUY.match(low) and buys and not re.search(r"\b(?:spent|paid|case|renew\w*)\b", low):
        return False
    if re.match(r"\W*(?:where (?:are|do) we|how far|how (?:much|many)(?: \w+)? (?:did|do|does|have|has|was|were))\b", low):
        return True
    if re.match(r"\W*(?:total|spend|overview|sum|number|upcoming|next|open|last|latest|pending)\b", low):
        return not has_ceiling
    if re.match(
        r"\W*(?:have|has) you (?:considered|tried|looked|thought|seen|heard)|\W*have you|\W*(?:what|how) about\b|\W*do you (?:know|have)\b",
        low,
    ):
        return False
    return (
        _TOPIC.search(low) is not None
        and not re.match(r"\W*(?:do|is|are|have) (?:not|we need to buy)", low)
        and not _imperative_control(low)
    )


def _imperative_control(low: str) -> bool:
    return False if low.rstrip().endswith("?") else bool(re.match(r"\W*(?:please |pls |kindly )?(?:do not|don't|do the)\b", low))


def _commands(low: str, *, buys: bool, names_vendor: bool) -> list[Intent]:
    """The commands the text can be, most binding first; a wish to change the rules outranks all others."""
    found = []
    budget = _BUDGET.search(low) and not (
        buys
        and (
            _THIS_BUDGET.search(low)
            or not re.match(
                r"\W*(?:please |can you |could you |let's |i want to |we should |i'd like to |i would like to |we need to |i need to |we'd like to |now |also |then )*(?:raise|increase|lower|cut|reduce|set|bump|change|update|double|halve|adjust)",
                low,
            )
        )
    )
    if _POLICY.search(low) and not (buys and not _general(low)):
        found.append(Intent.POLICY_CHANGE)
    if budget:
        found.append(Intent.BUDGET_UPDATE)
    control, renewal = _CONTROL.search(low), _RENEWAL.search(low) or _BETTER_DEAL.search(low)
    if renewal and not names_vendor and _DROPS.match(low) and not _RUNNING.search(low):
        return [*found, Intent.CASE_CONTROL]
    if (
        control
        and (not buys or CASE_ID.search(low) or control.start() < 12 or _CALLED_OFF.search(low))
        and not (renewal and not re.search(rf"\b{_CASE_NOUN}\b", low) and not CASE_ID.search(low))
    ):
        found.append(Intent.CASE_CONTROL)
    if renewal and (names_vendor or not buys):
        found.append(Intent.RENEWAL_ACTION)
    if CASE_ID.search(low) and re.match(rf"\W*(?:please )?(?:{_PAUSE}|{_CANCEL}|{_RESUME})\b", low) and Intent.CASE_CONTROL not in found:
        found.insert(0, Intent.CASE_CONTROL)
    if not found and _STOPS.match(low):
        found.append(Intent.RENEWAL_ACTION if names_vendor else Intent.CASE_CONTROL)
    return found


def _general(low: str) -> bool:
    """Whether a rule-like sentence speaks of all purchases rather than one ("from now on", "never", "anything above")."""
    return bool(
        re.search(
            r"\b(?:from now on|henceforth|going forward|from today(?: on)?|never|always|anything|everything|all (?:purchases|orders|payments)|any (?:purchase|order|contract|payment|invoice|deal|subscription)|(?:purchases|orders|payments|invoices|contracts|spending) (?:over|above|under|below|of (?:more|less) than|exceeding|up to)|stop asking|don't ask|every (?:purchase|order)|in (?:the )?future|auto-?approve|policy|rule|threshold)\b",
            low,
        )
    )


def _suggests(low: str, *, has_ceiling: bool) -> bool:
    if has_ceiling:
        return bool(
            re.search(
                r"\b(?:vendor (?:suggestion|tip|idea)|suggest\w*|have you (?:considered|looked|tried)|add \S+ to the (?:list|vendors))\b",
                low,
            )
        )
    return _SUGGEST.search(low) is not None and not re.match(
        r"\W*(?:please |can you |could you )?(?:buy|order|purchase|subscribe|get (?:us|me)|i need|we need|find)\b", low
    )


def _vague(low: str) -> bool:
    return (
        bool(re.search(r"\b(?:something|anything|stuff|things?|one|whatever|equipment|good|best|deal|help|gear|supplies|tools?)\b", low))
        or lexicon.pattern().search(low) is not None
    )
