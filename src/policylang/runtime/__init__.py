"""One case: the reference interpreter, the definition of what a policy means."""
