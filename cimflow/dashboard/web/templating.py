"""The templates of the pages: escaping on, an unknown name is an error, dates with weekday."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cimflow import addresses
from cimflow.monitoring.words import clock, days_in_words, long_date, moment, short_date
from cimflow.notify.writing.words import listed


def page_environment(folder: Path) -> Environment:
    """The environment in which every page is rendered."""
    environment = Environment(
        loader=FileSystemLoader([folder, folder.parent]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["day"] = long_date
    environment.filters["short_day"] = short_date
    environment.filters["days_in_words"] = days_in_words
    environment.filters["moment"] = moment
    environment.filters["clock"] = clock
    environment.filters["plural"] = plural
    environment.filters["listed"] = listed
    environment.filters["head"] = head
    environment.globals["to"] = addresses
    return environment


def plural(number: int, one: str, several: str | None = None) -> str:
    """``1 LEA``, ``3 LEAs``."""
    return f"{number} {one if number == 1 else several or one + 's'}"


def head(text: str) -> str:
    """A heading begins with a capital, whatever the file says: ``Root causes``, ``SRR summary``."""
    return text[:1].upper() + text[1:]
