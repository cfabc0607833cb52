"""Read models: frozen types and the queries that fill them, one file per screen."""
