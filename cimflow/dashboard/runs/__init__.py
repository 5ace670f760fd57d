"""The pages on flow runs: what ran, what will, and a run asked for now.

They read our own store, and never speak to Prefect.
"""
