"""What happens to an artifact: received, recorded, reviewed, voided, compared.

What an artifact must hold stands in the process; documents lie in the store.
"""
