"""A simulated world for the demo and the tests: a bank that answers with statements, contract paper, ports kept in memory."""
