"""Golden cases: what a policy must decide, kept as data beside it."""
