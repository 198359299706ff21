"""Decision records: what was decided on which facts, in a form that replays to the same bytes, chained by hashes."""
