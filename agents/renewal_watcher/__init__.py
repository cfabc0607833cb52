"""The renewal watcher: what a contract was worth, what to do at the end of its term, and the words of a notice and its answer."""

from agents.renewal_watcher.brief import Incident, OtherOffer, PriceStep, RenewalBrief, RenewalProposal, SpendTrend
from agents.renewal_watcher.notice_letters import NoticeSlots, notice, reminder
from agents.renewal_watcher.notice_reply import NoticeReply, read_notice_reply
from agents.renewal_watcher.notice_route import read_notice_route
from agents.renewal_watcher.positions import positions_for
from agents.renewal_watcher.watcher import RenewalWatcher

__all__ = [
    "Incident",
    "NoticeReply",
    "NoticeSlots",
    "OtherOffer",
    "PriceStep",
    "RenewalBrief",
    "RenewalProposal",
    "RenewalWatcher",
    "SpendTrend",
    "notice",
    "positions_for",
    "read_notice_reply",
    "read_notice_route",
    "reminder",
]
