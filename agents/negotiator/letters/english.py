"""The letters' sentences in English."""

from __future__ import annotations

from agents.negotiator.letters.wording import TermWords, Wording
from memory.domain.money import Period

WORDING = Wording(
    greet_person="Hello {name},",
    greet_team="Hello {vendor} team,",
    behalf="I write for {operator} as its purchasing assistant.",
    closing="Kind regards\nPurchasing, on behalf of {operator}",
    re_subject="Re: Request for quotation: {need}",
    rfq_subject="Request for quotation: {need}",
    rfq_ask="I am looking for {need} and would like to have your best offer.",
    need="Need: {count} {unit}",
    must="Need: {item}",
    wish="Welcome, not required: {item}",
    state="""Please state in your reply:
- the net price, its period, and whether VAT is added
- the quantity it covers
- any set-up or other one-off fee
- minimum term, billing, payment terms and notice period
- until when your offer is valid""",
    confirm="Please also confirm in writing:",
    reply_by="I would be glad to have your answer by {day}.",
    counter_thanks="Thank you for your offer. It is not yet where we need it to be.",
    counter_terms="Subject to contract, we can commit today at {line}.",
    counter_ask="If this works for you, please confirm all of these terms. Otherwise please send us your best price for them.",
    packages_two="Subject to contract, either of these would work for us:",
    packages_more="Subject to contract, any of these would work for us:",
    packages_ask="Please tell us which one suits you, and confirm all of its terms. Otherwise please send us your best price for one of them.",
    also_answer="Please also answer:",
    lower_offer="We also hold an offer for the same need that is lower than yours.",
    accept="We would like to go ahead with your offer of {line}, subject to contract.",
    accept_next="Please send the contract as a PDF for signature. The order follows once the contract has been checked and signed.",
    declined="Thank you for your time and your offer. We will not go ahead with it this time.",
    come_back="We will gladly come back to you when a new need arises.",
    farewell="Thank you for your time. We have decided not to proceed with this purchase, so please close our request; nothing was ordered.",
    clarify="Thank you for your answer. Before we can go on, please clarify:",
    clarify_default="What is your net price for our need, per month or per year, and which fees and taxes are added to it?",
    still_stands="Does your offer of {line} still stand?",
    still_valid_until="It was valid until {day}.",
    still_ask="Please confirm it with a new date of validity, or tell us what has changed.",
    order_subject="Order {order}: {need}",
    order_attached="Please find attached the signed {contract}, order {order}.",
    order_confirm="Please confirm the order and send the invoice with the order number {order} on it.",
    contract="contract",
    some_product="a product as described below",
    terms=TermWords(
        net="{money} net{per}",
        per={
            Period.ONCE: "",
            Period.HOUR: " per hour",
            Period.DAY: " per day",
            Period.MONTH: " per month",
            Period.QUARTER: " per quarter",
            Period.YEAR: " per year",
        },
        per_unit=" per {unit}",
        per_unit_running={
            Period.MONTH: " per {unit} per month",
            Period.QUARTER: " per {unit} per quarter",
            Period.YEAR: " per {unit} per year",
        },
        cancellable="billed monthly, cancellable monthly",
        billed_yearly="billed yearly ({term})",
        billed={
            Period.MONTH: "billed monthly (term {term})",
            Period.QUARTER: "billed quarterly (term {term})",
            Period.ONCE: "billed once (term {term})",
        },
        months=("{count} month", "{count} months"),
        for_count="for {count} {unit}",
        up_to_count="up to {count} {unit}",
        fees="plus one-off fees of {money} net",
        no_fee_running="no set-up fee",
        no_fee_once="no further fees",
        payment=("payment within {count} day", "payment within {count} days"),
        payment_at_once="payment on receipt of the invoice",
        price_cap="yearly price increase of at most {share}",
        price_fixed="no price increase",
        notice=("notice period of {count} day", "notice period of {count} days"),
        no_notice="no notice period",
        support="support level: {support}",
        free_months=("first month free of charge", "first {count} months free of charge"),
        credit="less a one-off credit of {money} net",
        valid_until="valid until {day}",
    ),
)
