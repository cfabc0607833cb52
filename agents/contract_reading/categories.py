"""The clause categories of CUAD v1 (The Atticus Project, CC BY 4.0), and which kind of clause of ours each one is."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType

from memory.domain.contract import ClauseKind


class Category(StrEnum):
    """The 41 kinds of clause that lawyers marked in CUAD, under the names they have there."""

    DOCUMENT_NAME = "Document Name"
    PARTIES = "Parties"
    AGREEMENT_DATE = "Agreement Date"
    EFFECTIVE_DATE = "Effective Date"
    EXPIRATION_DATE = "Expiration Date"
    RENEWAL_TERM = "Renewal Term"
    NOTICE_PERIOD = "Notice Period To Terminate Renewal"
    GOVERNING_LAW = "Governing Law"
    MOST_FAVOURED = "Most Favored Nation"
    COMPETITIVE_EXCEPTION = "Competitive Restriction Exception"
    NON_COMPETE = "Non-Compete"
    EXCLUSIVITY = "Exclusivity"
    NO_SOLICIT_CUSTOMERS = "No-Solicit Of Customers"
    NO_SOLICIT_EMPLOYEES = "No-Solicit Of Employees"
    NON_DISPARAGEMENT = "Non-Disparagement"
    TERMINATION_FOR_CONVENIENCE = "Termination For Convenience"
    FIRST_REFUSAL = "Rofr/Rofo/Rofn"
    CHANGE_OF_CONTROL = "Change Of Control"
    ANTI_ASSIGNMENT = "Anti-Assignment"
    REVENUE_SHARING = "Revenue/Profit Sharing"
    PRICE_RESTRICTIONS = "Price Restrictions"
    MINIMUM_COMMITMENT = "Minimum Commitment"
    VOLUME_RESTRICTION = "Volume Restriction"
    IP_ASSIGNMENT = "Ip Ownership Assignment"
    JOINT_IP = "Joint Ip Ownership"
    LICENCE_GRANT = "License Grant"
    NON_TRANSFERABLE_LICENCE = "Non-Transferable License"
    AFFILIATE_LICENSOR = "Affiliate License-Licensor"
    AFFILIATE_LICENSEE = "Affiliate License-Licensee"
    UNLIMITED_LICENCE = "Unlimited/All-You-Can-Eat-License"
    PERPETUAL_LICENCE = "Irrevocable Or Perpetual License"
    SOURCE_CODE_ESCROW = "Source Code Escrow"
    POST_TERMINATION = "Post-Termination Services"
    AUDIT_RIGHTS = "Audit Rights"
    UNCAPPED_LIABILITY = "Uncapped Liability"
    LIABILITY_CAP = "Cap On Liability"
    LIQUIDATED_DAMAGES = "Liquidated Damages"
    WARRANTY_DURATION = "Warranty Duration"
    INSURANCE = "Insurance"
    COVENANT_NOT_TO_SUE = "Covenant Not To Sue"
    THIRD_PARTY_BENEFICIARY = "Third Party Beneficiary"


NAMES_AND_DATES = (Category.DOCUMENT_NAME, Category.PARTIES, Category.AGREEMENT_DATE, Category.EFFECTIVE_DATE)
"""Categories whose passages are mostly names and dates inside a sentence, not whole sentences."""

IN_SENTENCES = tuple(c for c in Category if c not in NAMES_AND_DATES[:3])
"""Categories whose passages are whole sentences: the columns of the trained model, in this order."""

BUYERS = (
    Category.RENEWAL_TERM,
    Category.NOTICE_PERIOD,
    Category.EXPIRATION_DATE,
    Category.TERMINATION_FOR_CONVENIENCE,
    Category.GOVERNING_LAW,
    Category.LIABILITY_CAP,
    Category.UNCAPPED_LIABILITY,
    Category.ANTI_ASSIGNMENT,
    Category.CHANGE_OF_CONTROL,
    Category.AUDIT_RIGHTS,
    Category.IP_ASSIGNMENT,
    Category.LICENCE_GRANT,
    Category.EXCLUSIVITY,
    Category.NON_COMPETE,
    Category.NO_SOLICIT_EMPLOYEES,
    Category.MINIMUM_COMMITMENT,
    Category.PRICE_RESTRICTIONS,
    Category.MOST_FAVOURED,
    Category.LIQUIDATED_DAMAGES,
    Category.WARRANTY_DURATION,
    Category.INSURANCE,
    Category.POST_TERMINATION,
)
"""What a buyer of software and services checks before signing; the reader is judged on these."""

KIND_OF = MappingProxyType(
    {
        Category.PARTIES: ClauseKind.PARTIES,
        Category.AGREEMENT_DATE: ClauseKind.AGREEMENT_DATE,
        Category.EFFECTIVE_DATE: ClauseKind.EFFECTIVE_DATE,
        Category.EXPIRATION_DATE: ClauseKind.EXPIRATION,
        Category.RENEWAL_TERM: ClauseKind.RENEWAL,
        Category.NOTICE_PERIOD: ClauseKind.NOTICE,
        Category.GOVERNING_LAW: ClauseKind.GOVERNING_LAW,
        Category.MOST_FAVOURED: ClauseKind.MOST_FAVOURED,
        Category.NON_COMPETE: ClauseKind.NON_COMPETE,
        Category.EXCLUSIVITY: ClauseKind.EXCLUSIVITY,
        Category.NO_SOLICIT_CUSTOMERS: ClauseKind.NO_SOLICIT,
        Category.NO_SOLICIT_EMPLOYEES: ClauseKind.NO_SOLICIT,
        Category.TERMINATION_FOR_CONVENIENCE: ClauseKind.TERMINATION,
        Category.CHANGE_OF_CONTROL: ClauseKind.CHANGE_OF_CONTROL,
        Category.ANTI_ASSIGNMENT: ClauseKind.ANTI_ASSIGNMENT,
        Category.PRICE_RESTRICTIONS: ClauseKind.PRICE_RESTRICTION,
        Category.MINIMUM_COMMITMENT: ClauseKind.MINIMUM_COMMITMENT,
        Category.VOLUME_RESTRICTION: ClauseKind.VOLUME_RESTRICTION,
        Category.IP_ASSIGNMENT: ClauseKind.IP_ASSIGNMENT,
        Category.LICENCE_GRANT: ClauseKind.LICENCE,
        Category.POST_TERMINATION: ClauseKind.POST_TERMINATION,
        Category.AUDIT_RIGHTS: ClauseKind.AUDIT,
        Category.UNCAPPED_LIABILITY: ClauseKind.UNCAPPED_LIABILITY,
        Category.LIABILITY_CAP: ClauseKind.LIABILITY_CAP,
        Category.LIQUIDATED_DAMAGES: ClauseKind.LIQUIDATED_DAMAGES,
        Category.WARRANTY_DURATION: ClauseKind.WARRANTY,
        Category.INSURANCE: ClauseKind.INSURANCE,
        Category.THIRD_PARTY_BENEFICIARY: ClauseKind.THIRD_PARTY_BENEFICIARY,
    }
)
"""Our kind of clause for each category that matters to a buyer; the other categories are found but have no kind."""
