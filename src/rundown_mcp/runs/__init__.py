"""Every connection asked as one: fan-out, merge, partial failure, refs, cache."""
