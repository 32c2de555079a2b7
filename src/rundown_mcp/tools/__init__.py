"""The tools, in the order in which an assistant sees them."""
