"""The ledger of clauses held against the official text: what is missing, invented or changed, and what hangs on it."""
