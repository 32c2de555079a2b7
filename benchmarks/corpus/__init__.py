"""Texts and payloads made from seeds, each with what must not survive redaction and what must."""
