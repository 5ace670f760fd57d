"""Flow runs and requests for runs, as rows.

It knows neither Prefect nor when a run is due.
"""
