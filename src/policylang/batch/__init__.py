"""Many stations at once: tables in, the same rows back with what was decided."""
