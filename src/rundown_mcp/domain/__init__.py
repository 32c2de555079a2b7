"""The neutral words of the product: runs, steps, refs, queries, text from outside, errors; plain Python."""
