"""The six fields of a contract in their normal forms, from its text and the passages that a finder marked."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

from agents.contract_reading.values.clauses import laws as own_laws
from agents.contract_reading.values.clauses import notices as own_notices
from agents.contract_reading.values.clauses import renewals as own_renewals
from agents.contract_reading.values.ending import ends_on
from agents.contract_reading.values.law import chosen_by_region, governing_laws
from agents.contract_reading.values.paper import Paper
from agents.contract_reading.values.passages import Passages, best
from agents.contract_reading.values.renewing import notice_floor, notice_of, renewal_of
from agents.contract_reading.values.starting import effective_on


def fields(text: str, passages: Mapping[str, Passages]) -> dict[str, str | None]:
    """Return agreement_date, effective_date, expiration_date, renewal_term, notice_period and governing_law, or None for each not read.

    `passages` holds for each CUAD category `(start, end, probability)`. Dates are `YYYY-MM-DD` or `perpetual`, lengths `12m` or
    `60d`, laws the lower-case English name of the state or country.
    """
    paper = Paper(text, marked=best(text, passages, "Agreement Date", 1, 0.4))
    terms = best(text, passages, "Expiration Date", 3, 0.08)
    renewals = best(text, passages, "Renewal Term", 3, 0.15)
    made, began = paper.made_on, effective_on(paper, best(text, passages, "Effective Date", 3, 0.08), terms)
    ending = ends_on(paper, terms, began)
    renewal = renewal_of(text, chain(renewals, own_renewals(text)), ending.length.short if ending and ending.length else None)
    notice = notice_of(text, best(text, passages, "Notice Period To Terminate Renewal", 3, notice_floor(renewals)), renewals[:2])
    notice = notice or notice_of(text, (), tuple(own_renewals(text))[:3]) or notice_of(text, tuple(own_notices(text))[:3])
    law = governing_laws(text, chain(best(text, passages, "Governing Law", 3, 0.15), own_laws(text)))
    return {
        "agreement_date": made.day.isoformat() if made else None,
        "effective_date": began.day.isoformat() if began else None,
        "expiration_date": ending.short if ending else None,
        "renewal_term": renewal[0] if renewal else None,
        "notice_period": notice[0].short if notice else None,
        "governing_law": law[0][0] if law and not (len(law[0]) > 1 and chosen_by_region(text[law[1] : law[2]])) else None,
    }
