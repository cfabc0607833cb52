"""The letters, from typed slots, in English, German, French and Spanish.

Each says on whose behalf it is written, and tells nothing but its slots. It greets the registered `contact` by name; without one,
the vendor's team. A new language is one module with a `Wording`, one `Format`, and one column of units and questions.
"""

from agents.negotiator.letters.line import line_figures, line_parts, plain, price_line
from agents.negotiator.letters.questions import figures_only, question_in
from agents.negotiator.letters.templates import (
    Parties,
    acceptance,
    clarification,
    counteroffer,
    decline,
    farewell,
    fixed_sentences,
    order,
    rfq,
    some_product,
    still_stands,
    written,
)
from agents.negotiator.leverage import NO_LEVERAGE, LeverageClaim, leverage_over
from agents.negotiator.steps import NO_STEPS, Giving, Step, Steps, steps_of

__all__ = [
    "NO_LEVERAGE",
    "NO_STEPS",
    "Giving",
    "LeverageClaim",
    "Parties",
    "Step",
    "Steps",
    "acceptance",
    "clarification",
    "counteroffer",
    "decline",
    "farewell",
    "figures_only",
    "fixed_sentences",
    "leverage_over",
    "line_figures",
    "line_parts",
    "order",
    "plain",
    "price_line",
    "question_in",
    "rfq",
    "some_product",
    "steps_of",
    "still_stands",
    "written",
]
