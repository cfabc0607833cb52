"""The connectors of a home, discovered by their declarations and opened when the first effect of their kind leaves."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib import import_module

from memory.domain.errors import InputError, NotFoundError, UnavailableError
from tools.connectors.base import Connector, ConnectorContext, ConnectorDeclaration
from tools.vault import Vault


class Connectors(Mapping[str, Connector]):
    """Connectors by effect kind. A connector gets only the secrets and settings that its declaration names."""

    def __init__(self, context: ConnectorContext, vault: Vault) -> None:
        self._context = context
        self._vault = vault
        self._declared = {kind: declaration for declaration in discover() for kind in declaration.kinds}
        self._open: dict[str, Connector] = {}

    def __getitem__(self, kind: str) -> Connector:
        """Return the connector for a kind; raises `UnavailableError` when it is not set up yet."""
        declaration = self._declared[kind]
        if declaration.system not in self._open:
            scoped = replace(
                self._context,
                secrets=self._vault.scoped(declaration.secrets),
                settings={name: value for name, value in self._context.settings.items() if name in declaration.settings},
            )
            try:
                self._open[declaration.system] = declaration.open(scoped)
            except (InputError, NotFoundError) as error:
                raise UnavailableError(f"{declaration.system} is not set up: {error.message}", hint=error.hint) from error
        return self._open[declaration.system]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the kinds."""
        return iter(self._declared)

    def __len__(self) -> int:
        """Return how many kinds can be performed."""
        return len(self._declared)


def discover() -> tuple[ConnectorDeclaration, ...]:
    """Return the connectors that the modules of `tools.connectors` declare, by system."""
    import tools.connectors as package

    modules = (import_module(f"{package.__name__}.{m.name}") for m in pkgutil.iter_modules(package.__path__))
    return tuple(sorted((m.CONNECTOR for m in modules if hasattr(m, "CONNECTOR")), key=lambda d: d.system))
