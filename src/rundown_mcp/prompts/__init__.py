"""The prompts, in the order in which a client shows them."""
