"""No page is written and then forgotten: the application takes in every router there is."""

from __future__ import annotations

import importlib
import pkgutil

from fastapi import APIRouter

import cimflow.dashboard
from cimflow.dashboard.app import ROUTERS

BEFORE = 26
"""So many routers there were in December 2026: a search that finds fewer looks in the wrong place."""


def routers() -> dict[int, str]:
    """Every router that a module of the pages makes, by its identity, with the module's name."""
    found: dict[int, str] = {}
    for module in pkgutil.walk_packages(cimflow.dashboard.__path__, "cimflow.dashboard."):
        if not module.name.endswith("__main__"):
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(value, APIRouter):
                    found.setdefault(id(value), module.name)
    return found


def test_every_router_is_taken_in_once() -> None:
    taken_in = [id(one) for one in ROUTERS]
    assert len(taken_in) == len(set(taken_in))
    assert [name for one, name in routers().items() if one not in taken_in] == []
    assert len(routers()) >= BEFORE


def test_every_router_has_a_route() -> None:
    assert [one for one in ROUTERS if not one.routes] == []
