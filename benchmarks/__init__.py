"""Measurements of the product, each beside its goal: `python -m benchmarks [NAME…]`."""
