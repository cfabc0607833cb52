"""Contracts to search in, written by a seeded pen: 40 kinds of clauses in several wordings, for two dozen trades, no two papers alike.

They are the haystack of `bench_recall`; the needles in `recall_clauses.json` were written by hand.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

_FIRST = "Nord Alt Blau Hell Tief Wald Stein Fluss Berg Licht Silber Kupfer Korn Feder Anker Falken Linden Ahorn Polar Quell"
_LAST = "werk hof post druck haus cloud labs soft mail tec systems media studio logistik partner"
_LAWS = "Germany;Austria;Ireland;England and Wales;the Netherlands;France;Spain;Sweden;Poland;Estonia;New York;California"
_CITIES = "Munich Vienna Dublin London Amsterdam Paris Madrid Stockholm Warsaw Hamburg Zurich Lisbon Prague Oslo"

#: What is sold: the service, what is handed over, and a sentence or two that only this trade writes.
_TRADES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("e-mail marketing platform", "campaign reports", ("Provider may suspend sending where the bounce rate exceeds {pct} per cent.", "Recipient lists remain the property of Customer; click data are kept for {days} days.")),
    ("managed hosting", "server images", ("Backups are made nightly and kept for {days} days.", "Traffic above {num} terabytes a month is charged at EUR {cents} per gigabyte.")),
    ("graphic design", "final artwork", ("Two rounds of corrections are included; each further round costs {money}.", "Fonts licensed from third parties are passed on under the foundry's own terms.")),
    ("translation", "translated texts", ("Each text is revised by a second translator before delivery.", "Express jobs within {days} hours carry a surcharge of {pct} per cent.")),
    ("photography", "edited images", ("Raw files are kept for {months} months and are not handed over.", "The model release of each person shown is obtained by Photographer.")),
    ("coffee supply", "roasted coffee", ("Each delivery is roasted no more than {days} days before dispatch.", "Certificates of organic origin are supplied with the first lot of each harvest.")),
    ("office plants", "planted containers", ("Plants are watered and pruned every {days} days.", "Plants that wither owing to lack of light are replaced at half price.")),
    ("photovoltaic installation", "commissioned modules", ("The inverter is warranted for {years} years from commissioning.", "A yearly inspection of the modules is made for {money}.")),
    ("freight forwarding", "consignments", ("Loading aids are exchanged at the ramp; missing pallets are charged at {money} each.", "Delays at customs do not count towards the delivery time.")),
    ("vehicle leasing", "vehicles", ("Tyres are changed twice a year at the workshop named by Lessor.", "The yearly mileage is {num} thousand kilometres.")),
    ("office lease", "premises", ("Heating costs are settled yearly according to the area let.", "The deposit of {num} monthly rents is returned within {months} months of moving out.")),
    ("catering", "meals", ("The number of guests may be altered until {days} days before the event.", "Allergens are declared on each dish.")),
    ("telephone system", "extensions", ("Calls to mobile networks are charged at {cents} cents a minute.", "Call recordings are kept for {days} days.")),
    ("short message gateway", "delivered messages", ("Messages that cannot be delivered within {days} hours are discarded and not charged.", "Sender names are registered with the network operators by Provider.")),
    ("payment processing", "settled transactions", ("Settlement takes place {days} banking days after the transaction.", "A chargeback is charged at {money}.")),
    ("accounting software", "yearly statements", ("Tax forms are updated before the filing season begins.", "Access for the tax adviser is free of charge for {num} users.")),
    ("video conferencing", "recordings", ("Rooms hold up to {num} participants.", "Recordings are deleted after {days} days unless exported.")),
    ("stock footage", "licensed clips", ("Clips may be altered but not sold as stock.", "Use in broadcast advertising needs an extended licence.")),
    ("software development", "source code", ("Sprints last {days} days and end with a demonstration.", "Third-party components are listed with their licences at each delivery.")),
    ("management consulting", "presentations", ("Travel is charged at cost and second class.", "Workshops are recorded only when all participants agree.")),
    ("security testing", "test reports", ("Findings rated critical are told by telephone within {days} hours.", "Testers delete all data obtained {days} days after the report.")),
    ("machine tools", "machines", ("Commissioning on site takes {days} working days and is included.", "Spare parts are held for {years} years.")),
    ("staff wellness app", "aggregated reports", ("Participation of employees is voluntary.", "Courses are held in {num} languages.")),
    ("image generation", "generated images", ("Each user may generate {num} hundred images a month.", "Prompts are stored for {days} days for the investigation of misuse.")),
    ("office cleaning", "cleaned rooms", ("Windows are cleaned {num} times a year.", "Cleaning agents carry the European eco-label.")),
    ("event organisation", "events", ("The hall is available for set-up from 07:00 on the day before.", "If fewer than {num} persons register, Organiser may cancel until {days} days before.")),
)  # fmt: skip

_TWICE = 0.2
#: Every contract has these kinds, in one of their wordings each.
_USUAL: dict[str, tuple[str, ...]] = {
    "licence": (
        "Subject to payment of the Fees, {vendor} grants {customer} a non-exclusive, non-transferable right to use the {service} during the Term for its internal business purposes.",
        "{customer} may permit up to {num} named users to access the {service}; credentials must not be shared.",
        "No right in the {goods} is granted other than expressly stated in this Section; reverse engineering is prohibited save as permitted by mandatory law.",
        "{vendor} licenses the {goods} for use in {num} countries and in all media now known, excluding resale.",
    ),
    "initial_term": (
        "This Agreement commences on {date} and continues for an initial term of {months} months.",
        "The Initial Term runs from the Effective Date of {date} until the day preceding its {years}. anniversary.",
        "The engagement begins on {date} and ends upon acceptance of the last of the {goods}, at the latest after {months} months.",
    ),
    "auto_renewal": (
        "Upon expiry of the Initial Term this Agreement shall renew automatically for successive periods of {months} months unless terminated with {days} days' notice before the end of the then-current term.",
        "The Term is extended by {months} months at a time if neither party gives notice of termination at least {days} days before it ends.",
        "This Agreement does not renew automatically; the parties shall agree upon any extension in writing not later than {days} days before expiry.",
    ),
    "termination": (
        "Either party may terminate this Agreement for convenience upon {days} days' prior written notice.",
        "{customer} may cancel the {service} at any time with effect from the end of the current billing period.",
        "Termination without cause is excluded during the first {months} months; thereafter {days} days' notice applies.",
        "Either party may terminate with immediate effect if the other materially breaches this Agreement and fails to cure the breach within {days} days of notice.",
    ),
    "price": (
        "The fee for the {service} is {money} per month, payable in advance, exclusive of value added tax.",
        "{customer} shall pay {money} per user and year for the {service}.",
        "The {goods} are charged at a fixed price of {money}; additional work is billed at {rate} per hour.",
    ),
    "price_increase": (
        "{vendor} may raise the Fees once per contract year by no more than {pct} per cent upon {days} days' notice.",
        "The Fees are adjusted each January in line with the consumer price index, capped at {pct} per cent.",
        "{vendor} may modify its prices with effect from the next renewal by notifying {customer} {days} days beforehand; {customer} may then terminate.",
        "Prices for the {service} remain fixed for {months} months; afterwards they may rise by up to {pct} per cent a year.",
    ),
    "payment_terms": (
        "Invoices are payable within {days} days of receipt without deduction.",
        "Payment falls due {days} days after the invoice date by bank transfer; set-off is permitted only with undisputed claims.",
        "{pct} per cent of the price is due on order and the remainder upon delivery of the {goods}.",
    ),
    "late_fees": (
        "Overdue sums bear interest at {pct} percentage points above the base rate of the European Central Bank.",
        "In case of late payment {vendor} may charge {money} for each reminder and interest of {pct} per cent per month.",
    ),
    "liability_cap": (
        "Each party's aggregate liability arising out of this Agreement shall not exceed the Fees paid in the {months} months preceding the event.",
        "{vendor}'s total liability is limited to {money} per contract year.",
        "Save for wilful intent and gross negligence, damages are limited to {pct} times the order value.",
        "In no event shall either party be liable for loss of profit, loss of data, or indirect or consequential damage.",
    ),
    "uncapped_liability": (
        "Nothing in this Agreement limits liability for death, personal injury, fraud or wilful misconduct.",
        "The limitations above do not apply to breaches of confidentiality or to the indemnities given in this Agreement.",
    ),
    "indemnity": (
        "{vendor} shall indemnify {customer} against third-party claims alleging that the {service} infringes intellectual property rights.",
        "{customer} shall hold {vendor} harmless from claims arising out of content supplied by {customer}.",
    ),
    "warranty": (
        "{vendor} warrants that the {goods} will conform to the specification for {months} months from delivery.",
        "Defects shall be notified within {days} days of discovery; {vendor} may at its option repair or replace.",
        "The {service} is provided as is; all implied warranties are excluded to the extent permitted by law.",
    ),
    "confidentiality": (
        "Each party shall keep confidential all non-public information of the other for {years} years after the end of this Agreement.",
        "Confidential Information shall be disclosed only to employees and advisers who need to know it for the {service}.",
        "On request the receiving party shall return or destroy all Confidential Information within {days} days.",
    ),
    "data_protection": (
        "{vendor} processes personal data solely on documented instructions of {customer} and in accordance with Regulation (EU) 2016/679.",
        "{vendor} shall notify {customer} of any personal data breach within {days} hours of becoming aware of it.",
        "Personal data relating to the {service} are erased {days} days after the purpose has ceased.",
    ),
    "governing_law": (
        "This Agreement is governed by the laws of {law}, excluding its conflict of laws rules; the courts of {city} have exclusive jurisdiction.",
        "The law of {law} applies. Place of jurisdiction is {city}.",
    ),
    "anti_assignment": (
        "Neither party may assign this Agreement without the prior written consent of the other, such consent not to be unreasonably withheld.",
        "{vendor} may assign this Agreement to an affiliate or in connection with a sale of its business upon notice to {customer}.",
    ),
    "force_majeure": (
        "Neither party is liable for delay caused by events beyond its reasonable control, including strikes, epidemics and failure of public networks.",
        "If such an event lasts longer than {days} days, either party may terminate the affected order for the {goods}.",
    ),
    "notices": (
        "Notices shall be given in text form to the addresses stated on the order form and are deemed received on the next business day.",
        "Notice of termination requires written form; e-mail to the contact person in {city} suffices.",
    ),
    "general": (
        "Amendments to this Agreement, including to this clause, require written form.",
        "Should any provision be invalid, the remaining provisions stay in effect and the parties shall replace the invalid one by a valid one of like economic purpose.",
        "This Agreement constitutes the entire agreement between {vendor} and {customer} concerning the {service} and supersedes all earlier understandings.",
    ),
}  # fmt: skip

#: Some contracts have these.
_RARE: dict[str, tuple[str, ...]] = {
    "minimum_commitment": (
        "{customer} commits to purchase {goods} worth at least {money} in each contract year; any shortfall is invoiced at its end.",
        "The minimum order is {num} units a month; quantities not called off lapse.",
    ),
    "volume_restriction": (
        "The plan includes {num} thousand requests a month; usage above it is charged at EUR {cents} per thousand.",
        "Storage is limited to {num} gigabytes per user; {vendor} may reduce the speed once the limit is exceeded.",
    ),
    "exclusivity": (
        "During the Term {customer} shall obtain the {service} exclusively from {vendor}.",
        "{vendor} shall not provide the {service} to competitors of {customer} in {city} during the Term.",
    ),
    "non_compete": ("For {months} months after the end of this Agreement {vendor} shall not offer the {service} to clients of {customer}.",),
    "no_solicit": ("Neither party shall solicit employees of the other during the Term and for {months} months thereafter; a breach entails a penalty of {money}.",),
    "most_favoured": ("{vendor} warrants that the prices for the {goods} are no less favourable than those granted to comparable customers.",),
    "unilateral_change": (
        "{vendor} may amend these terms upon {days} days' notice; continued use of the {service} constitutes acceptance.",
        "{vendor} may alter or withdraw functions of the {service} provided that its essential character is preserved.",
    ),
    "sla_credits": (
        "The {service} shall be available {uptime} per cent of each month; for each full percentage point below, {pct} per cent of the monthly fee is credited.",
        "Severity-one incidents are answered within {num} minutes, others on the next business day.",
        "Scheduled maintenance is announced {days} days in advance and does not count as downtime.",
    ),
    "suspension": (
        "{vendor} may suspend the {service} if an invoice is overdue by more than {days} days after a reminder.",
        "Access may be suspended without notice where necessary to avert a threat to the security of the {service}.",
    ),
    "refund": (
        "Prepaid fees for the period after termination are refunded pro rata where {customer} terminates for cause.",
        "All fees are non-refundable, including where the {goods} are not used.",
    ),
    "data_return": (
        "On termination {vendor} makes available an export of all customer data in a common format for {days} days and deletes it afterwards.",
        "Copies of the {goods} in the possession of {vendor} are destroyed {days} days after the end of this Agreement.",
    ),
    "subprocessors": (
        "{vendor} may engage sub-processors and shall inform {customer} of additions {days} days in advance; {customer} may object for good cause.",
        "A list of sub-processors is published on the website of {vendor}.",
    ),
    "data_region": ("Customer data are stored in data centres in {city} and are not transferred outside the European Economic Area.",),
    "dpa": ("The data processing agreement in Annex {num} forms part of this Agreement and prevails over it.",),
    "ai_training": (
        "{vendor} shall not use customer data to train machine learning models.",
        "{vendor} may use aggregated usage data of the {service} to improve its algorithms.",
    ),
    "insurance": ("{vendor} shall maintain liability insurance of at least {money} per occurrence and prove it upon request.",),
    "audit": (
        "{customer} may audit the compliance of {vendor} once a year upon {days} days' notice during business hours.",
        "{vendor} may verify the number of users; under-licensing is charged retroactively at list price.",
    ),
    "ip_assignment": ("All rights in the {goods} created under this Agreement pass to {customer} upon creation.",),
    "ip_on_payment": ("Rights in the {goods} pass to {customer} upon full payment; until then they remain with {vendor}.",),
    "acceptance": (
        "The {goods} are deemed accepted unless defects are notified within {days} days of delivery.",
        "Acceptance testing takes {days} days; minor defects do not entitle {customer} to refuse acceptance.",
    ),
    "kill_fee": ("If {customer} cancels an order for {goods} less than {days} days before it starts, {pct} per cent of the price is due.",),
    "liquidated_damages": ("If delivery of the {goods} is late, {vendor} owes {pct} per cent of the price per week, up to {num} per cent.",),
    "change_of_control": ("{customer} may terminate within {days} days of being informed that control of {vendor} has changed.",),
    "post_termination": (
        "After the end of this Agreement {vendor} shall assist in the migration to another provider for up to {months} months at {rate} per hour.",
    ),
    "arbitration": ("Disputes are settled by arbitration in {city} under the ICC Rules by {num} arbitrators.",),
    "third_party_beneficiary": ("No person other than the parties has rights under this Agreement.",),
    "publicity": ("{vendor} may name {customer} as a reference with its logo; consent may be withdrawn at any time.",),
}  # fmt: skip


@dataclass(frozen=True)
class Paper:
    """One contract: whom it is with, and its text, clause by clause."""

    vendor_id: str
    vendor: str
    title: str
    clauses: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """The whole paper with numbered clauses."""
        parts = [f'{self.title}\n\nbetween {self.vendor} ("Provider") and the undersigned customer.']
        parts += [f"{number}. {words}" for number, (_, words) in enumerate(self.clauses, start=1)]
        return "\n\n".join(parts) + "\n"


def papers(count: int, seed: int = 5) -> Iterator[Paper]:
    """Yield contracts; the same seed always gives the same ones."""
    pen = random.Random(seed)
    for number in range(count):
        yield _paper(pen, number)


def _paper(pen: random.Random, number: int) -> Paper:
    service, goods, own = pen.choice(_TRADES)
    name = f"{pen.choice(_FIRST.split())}{pen.choice(_LAST.split())} {pen.choice(('GmbH', 'Ltd', 'B.V.', 'AB', 'Inc.', 'OÜ'))}"
    customer = pen.choice(("Customer", "Client", "the Company"))
    slots = {"vendor": pen.choice(("Provider", "Vendor", "Contractor", name)), "customer": customer, "service": service, "goods": goods}
    kinds = [
        (kind, wording)
        for kind, wordings in _USUAL.items()
        for wording in pen.sample(wordings, 2 if len(wordings) > 2 and pen.random() < _TWICE else 1)
    ]
    kinds += [(kind, pen.choice(_RARE[kind])) for kind in pen.sample(sorted(_RARE), pen.randint(3, 6))]
    kinds += [("services", sentence) for sentence in own]
    pen.shuffle(kinds)
    title = f"{service.capitalize()} agreement"
    return Paper(f"vendor-{number:04}", name, title, tuple((kind, _filled(pen, wording, slots)) for kind, wording in kinds))


def _filled(pen: random.Random, wording: str, slots: dict[str, str]) -> str:
    figures = {
        "days": str(pen.choice((3, 5, 7, 10, 14, 20, 30, 45, 60, 90, 120))),
        "months": str(pen.choice((2, 3, 6, 9, 12, 18, 24, 36))),
        "years": str(pen.randint(1, 10)),
        "pct": str(pen.choice((1, 2, 3, 4, 5, 7, 8, 10, 15, 20, 25, 30))),
        "num": str(pen.choice((1, 2, 3, 4, 5, 8, 10, 15, 20, 25, 50, 100))),
        "cents": f"0.{pen.randint(1, 99):02}",
        "money": f"EUR {pen.choice((25, 40, 60, 90, 150, 240, 480, 900, 1500, 2400, 5000, 12000, 250000)):,}.00",
        "rate": f"EUR {pen.randrange(60, 220, 5)}.00",
        "uptime": pen.choice(("99", "99.5", "99.9", "99.95")),
        "law": pen.choice(_LAWS.split(";")),
        "city": pen.choice(_CITIES.split()),
        "date": f"{pen.randint(1, 28)} {pen.choice(('January', 'March', 'May', 'July', 'October'))} {pen.randint(2021, 2026)}",
    }
    text = wording.format(**slots, **figures)
    return text[0].upper() + text[1:]
