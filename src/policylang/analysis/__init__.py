"""What follows from the meaning of a measure: what would change a result, what can still matter to it."""
