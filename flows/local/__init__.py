"""What runs beside the flows on one machine: children, Prefect's settings and server, upkeep.

On servers none of it is needed; no flow is defined here.
"""
