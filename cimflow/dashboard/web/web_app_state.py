"""The web app: what every page needs, made once when the pages start."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment

from cimflow import resources
from cimflow.dashboard.web.templating import page_environment
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.cohort.standing import Standings

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True)
class WebApp:
    """What the pages are composed of: the application, their address, and their templates.

    ``base_url`` is what links in emails begin with; ``prefect_url`` is empty where Prefect's own
    pages are not on this machine.
    """

    context: AppContext
    base_url: str
    prefect_url: str
    templates: Environment
    assets: Path
    standings: Standings

    @property
    def is_encrypted(self) -> bool:
        """Whether people reach the pages over HTTPS: then cookies travel only there."""
        return self.base_url.startswith("https://")

    @property
    def hosts(self) -> frozenset[str]:
        """The names under which we answer; a request for another name is an attack."""
        own = urlsplit(self.base_url).hostname or ""
        return frozenset({*LOOPBACK, own.lower()} - {""})


def open_web_app(context: AppContext, *, port: int, prefect_url: str = "") -> WebApp:
    """Compose the web app around the application."""
    folder = resources.templates_dir() / "dashboard"
    return WebApp(
        context=context,
        base_url=context.settings.base_url or f"http://127.0.0.1:{port}",
        prefect_url=prefect_url,
        templates=page_environment(folder),
        assets=folder / "assets",
        standings=Standings(context),
    )
