"""The notice as an action: the exact mails that one approval covers, where they go by the contract's own words, and what is by hand."""

from __future__ import annotations

from dataclasses import dataclass

from agents.negotiator import Letter
from agents.negotiator.language import Language, detect
from agents.renewal_watcher import NoticeSlots, notice, read_notice_route, reminder
from graphs.case_file import CaseFile
from graphs.context import Desk
from graphs.mailing import plan_mail
from graphs.renewal_facts import review_of
from memory.domain.approval import PlannedEffect, ProposedAction
from memory.domain.base import Digest
from memory.domain.contract import ContractReview
from memory.domain.errors import NotFoundError
from memory.domain.evidence import Origin
from memory.domain.money import Money
from memory.domain.notice import NoticeChannel, NoticeRoute
from memory.domain.registry import notices_id
from memory.domain.terms import notice_deadline
from memory.views.holidays import free_days
from memory.views.renewals import Renewal
from memory.views.vendors import current_profile
from tools.letter_pdf import address_lines, letter_pdf

#: How often a vendor is asked again to confirm; the operator approves the reminders together with the notice.
REMINDERS = 2
STEP = "send_notice"


@dataclass(frozen=True)
class Recipient:
    """Whom the notice goes to: a contact of the registry, or why there is none yet."""

    contact_id: str = ""
    address: str = ""
    missing: str = ""


def route_of(desk: Desk, line: Renewal) -> NoticeRoute:
    """Return how a contract wants its notice: as it was read when it was put under watch, else as its text reads now."""
    if line.route is not None:
        return line.route
    review = review_of(desk, line.contract)
    if review is None:
        return NoticeRoute(channel=NoticeChannel.UNSTATED)
    try:
        return read_notice_route(desk.evidence.text(review.text), review.text)
    except NotFoundError:
        return NoticeRoute(channel=NoticeChannel.UNSTATED)


def recipient_of(desk: Desk, line: Renewal, route: NoticeRoute) -> Recipient:
    """Return the registered contact that a notice by mail goes to.

    An address that a contract names is a vendor's word: it is written to only once the operator has entered that very address.
    """
    for contact_id in (notices_id(line.vendor_id), desk.registry.party_of("contact", line.vendor_id)):
        if contact_id is None or desk.registry.vendor_of("contact", contact_id) != line.vendor_id:
            continue
        email = desk.registry.contact(contact_id).email
        if not route.address or "@" not in route.address or email.casefold() == route.address.casefold():
            return Recipient(contact_id, email)
    if route.address:
        return Recipient(missing=f"the contract names {route.address}, which is no contact of yours")
    return Recipient(missing="no contact of the vendor is registered")


def in_time(desk: Desk, line: Renewal) -> bool:
    """Whether a notice that is given today keeps the notice period."""
    today = desk.today()
    deadline = notice_deadline(line.lasting, today, free_days(desk.database))
    return today <= (deadline or line.decide_by)


def slots_of_notice(desk: Desk, line: Renewal, contact_id: str) -> NoticeSlots:
    """Return what the notice says."""
    review = review_of(desk, line.contract)
    name = desk.registry.contact(contact_id).name if contact_id else ""
    return NoticeSlots(
        operator=desk.operator.name,
        vendor=line.vendor_name,
        contact=name,
        ends_on=line.term_end,
        notice_days=line.notice_days,
        in_time=in_time(desk, line),
        signed_on=review.effective_on if review else None,
        language=_language(desk, line, review),
    )


def letter_of(desk: Desk, line: Renewal) -> Letter:
    """Return the notice for a letter by post or a form."""
    return notice(slots_of_notice(desk, line, ""))


def printed_notice(desk: Desk, line: Renewal, route: NoticeRoute, letter: Letter) -> Digest:
    """Keep the notice as a PDF that is ready to print, sign and post; the address is the contract's own words."""
    today, address = desk.today(), [part.strip() for part in desk.operator.postal_address.split(";")]
    body = letter_pdf(
        sender=[desk.operator.name, *(part for part in address if part), desk.operator.email],
        to=address_lines(line.vendor_name, route.address),
        dated=today.isoformat(),
        subject=letter.subject,
        body=letter.body,
    )
    return desk.evidence.put(body, media_type="application/pdf", origin=Origin.SYSTEM, source=f"notice to {line.vendor_name}"[:200])


def notice_action(desk: Desk, case: CaseFile, line: Renewal, to: Recipient, time: int) -> ProposedAction:
    """Return the notice and its reminders, exactly as they would be sent. The yes to it covers no other word."""
    slots = slots_of_notice(desk, line, to.contact_id)
    letters = (notice(slots), *(reminder(slots, number=number) for number in range(1, REMINDERS + 1)))
    effects: tuple[PlannedEffect, ...] = ()
    for number, letter in enumerate(letters):
        follows = tuple(effect.key for effect in effects)
        planned = plan_mail(desk, case, line.vendor_id, STEP, f"{time}/{number}", letter, contact_id=to.contact_id, follows=follows)
        effects = (*effects, planned)
    then = f"renew by itself on {line.term_end}" if line.auto_renews else "end anyway"
    late = () if slots.in_time else ("The notice period has begun: the vendor need not accept this notice for the end of this term.",)
    return ProposedAction(
        title=f"Give notice to {line.vendor_name}: the contract ends on {line.term_end}",
        vendor_id=line.vendor_id,
        total=Money(amount_minor=0, currency=line.annual_cost.currency),
        contract=line.contract,
        effects=effects,
        consequences=(
            f"The notice goes by mail to {to.address} at once. A notice cannot be taken back without the vendor's consent.",
            f"Without it the contract would {then}, {line.yearly}. The last day to act is {line.decide_by}.",
            f"If no confirmation comes, up to {REMINDERS} reminders follow, in the words below; then you are told.",
            *late,
        ),
    )


def _language(desk: Desk, line: Renewal, review: ContractReview | None) -> Language:
    """Return the language of the notice: the one entered for the vendor, else the contract's own, where we can write it."""
    profile = current_profile(desk.database, line.vendor_id)
    if profile is not None and profile.facts.language:
        known: Language | None = Language(profile.facts.language)
    else:
        known = detect(desk.evidence.text(review.text)[:20_000]) if review is not None and _kept(desk, review.text) else None
    return Language.DE if known is Language.DE else Language.EN


def _kept(desk: Desk, digest: Digest) -> bool:
    try:
        desk.evidence.get(digest)
    except NotFoundError:
        return False
    return True
