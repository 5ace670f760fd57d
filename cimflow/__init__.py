"""The library of cimflow: it never imports prefect, flows or tasks."""
