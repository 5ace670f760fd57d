"""Benchmarks: ratios in one run, medians of five. ``make bench`` prints them; nothing here asserts."""
