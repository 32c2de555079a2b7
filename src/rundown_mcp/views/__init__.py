"""Answers as text: what a tool says, laid out and fitted to its token budget."""
