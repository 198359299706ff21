"""Facts about a station: from YAML, JSON or Python, typed by the policy, every fault told with its place."""
