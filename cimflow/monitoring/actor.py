"""Who acts, as a record and the audit log name them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an address or an account; empty for a schedule.

    ``acting_as`` is the role they act in, ``request`` the route or command through which, and
    ``remote`` the network address they came from; each empty where there is none.
    """

    email: str = ""
    acting_as: str = ""
    request: str = ""
    remote: str = ""
