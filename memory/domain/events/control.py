"""Facts about control over effects: stopped and started again, settled by the operator, compensated."""
