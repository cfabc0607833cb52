"""What the system can do in the world: models, lookups, connectors, vault, dispatch. Imports `memory` only."""
