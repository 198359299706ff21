"""The legal text: citations as printed, and the ledger of clauses."""
