"""Effects in the world: one system per module, independent of one another, each discovered by its `CONNECTOR` constant."""
