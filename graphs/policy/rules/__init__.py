"""Kinds of rules, one per module, each declared as `RULE_KIND` and found by `graphs.policy.rule.rule_kinds`."""
