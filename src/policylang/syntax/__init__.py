"""Text to surface tree and back: the only home of the grammar and of lark."""
