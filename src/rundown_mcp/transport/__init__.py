"""One way to ask any API for JSON."""
