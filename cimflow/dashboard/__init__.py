"""The pages: what a SELPA administrator does in a day, in a browser.

They read and change through ``cimflow.monitoring`` alone, as the command line does, and never ask
Prefect: a run is asked for with a row, and its states are read from our own store.
"""
