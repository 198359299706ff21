"""Plans as generated Python: one decision in microseconds."""
