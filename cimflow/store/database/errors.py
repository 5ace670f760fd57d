"""The one error that leaves the store: a plain sentence for the person at the terminal."""

from __future__ import annotations


class StoreError(Exception):
    """The database cannot do what was asked; the message is one plain sentence."""
