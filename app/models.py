"""The models of a home: one OpenAI-compatible server per tier, recorded, cached and metered; or none at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.model_keys import MODEL_KEY, relay_address
from memory.answers import SqlAnswers, model_use
from tools.llm.choice import NoModel, TieredModel
from tools.llm.cost import CostMeter, MemorySpendBook, Spent
from tools.llm.endpoint import Endpoint
from tools.llm.port import Model
from tools.llm.recorder import guarded_model
from tools.llm.tiers import Tier

if TYPE_CHECKING:
    import sqlalchemy as sa

    from app.bootstrap import Office
    from app.settings import ModelSettings

#: The ceiling in money only binds where prices are configured; tokens bind always.
_NO_MONEY_CEILING = 10**12


class LedgerSpendBook:
    """What a case used: what the ledger has, and what this process has added since."""

    def __init__(self, database: sa.Engine) -> None:
        self._database = database
        self._since = MemorySpendBook()

    def spent(self, case_id: str) -> Spent:
        """Return what the case has used so far; calls under way may be counted twice, never missed."""
        cost, tokens = model_use(self._database, case_id)
        more = self._since.spent(case_id)
        return Spent(cost_micro=cost + more.cost_micro, tokens=tokens + more.tokens)

    def add(self, case_id: str, spent: Spent) -> None:
        """Add to it."""
        self._since.add(case_id, spent)


def open_model(office: Office) -> Model:
    """Return the model of the home, NoModel when the tier is `rules` or no server is set."""
    settings = office.settings
    wanted = {Tier.FAST: settings.fast, Tier.DEEP: settings.deep}
    configured = {tier: server for tier, server in wanted.items() if server.model and tier <= Tier(settings.tier)}
    if not configured:
        return NoModel()
    meter = CostMeter(
        LedgerSpendBook(office.database),
        currency=settings.home_currency,
        ceiling_micro=_NO_MONEY_CEILING,
        ceiling_tokens=settings.model_ceiling_tokens,
    )
    return TieredModel({tier: _guarded(office, tier, server, meter) for tier, server in configured.items()})


def _guarded(office: Office, tier: Tier, server: ModelSettings, meter: CostMeter) -> Model:
    from tools.llm.openai_compatible import OpenAICompatible

    endpoint = Endpoint(base_url=server.base_url, model=server.model, timeout_s=server.timeout_s)
    if office.vaultless:
        # A worker holds no key: where one is needed, the dispatcher adds it on the way.
        model = OpenAICompatible(endpoint, clock=office.clock, methods={}, via=lambda: relay_address(office.database, tier.value))
    else:
        vault = office.vault()
        key = vault.get(MODEL_KEY) if MODEL_KEY in vault.names() else None
        model = OpenAICompatible(endpoint, clock=office.clock, methods={}, key=key)
    return guarded_model(model, name=endpoint.identity, evidence=office.evidence, store=SqlAnswers(office.database), meter=meter)
