"""The files of the pages: each is used, each that is named is there, and nothing comes from afar."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, meta

from cimflow import resources

FOLDER = resources.templates_dir() / "dashboard"
ASSETS = FOLDER / "assets"
SHARED = "drilldown/parts.html.j2"
"""Of the report that stands alone, too."""
TEMPLATES = [*sorted(FOLDER.rglob("*.j2")), FOLDER.parent / SHARED]
SOURCES = sorted((Path(resources.__file__).parent / "dashboard").rglob("*.py"))
LARGE_PICTURE = "hero.jpg"  # a photograph that USWDS shows on front pages; ours have none


CARRIES_SECRET = r'name="csrf"|\{\{ (?:csrf_field|secret|hidden)\('
"""The field itself, or a macro that writes it (each of those is checked below)."""


def named_in_templates() -> set[str]:
    environment = Environment(loader=FileSystemLoader(FOLDER), autoescape=True)
    return {
        str(name)
        for path in TEMPLATES
        for name in meta.find_referenced_templates(environment.parse(path.read_text("utf-8")))
    }


def test_every_template_is_used() -> None:
    in_python = "\n".join(one.read_text("utf-8") for one in SOURCES)
    named = (
        set(re.findall(r'"([a-z0-9_]+/[a-z0-9_]+\.(?:html|svg)\.j2)"', in_python))
        | named_in_templates()
    )
    assert named == {*(one.relative_to(FOLDER).as_posix() for one in TEMPLATES[:-1]), SHARED}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda one: one.name)
def test_no_script_or_style_stands_in_a_page(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"\son[a-z]+\s*=", text), "an event handler in the page"
    assert not re.search(r"\sstyle\s*=", text), "a style in the page"
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]*src=\"/assets/)", text)
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', text), "something from afar"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda one: one.name)
def test_every_form_that_changes_something_carries_its_secret(path: Path) -> None:
    for form in re.findall(
        r'<form[^>]*method="post".*?</form>', path.read_text("utf-8"), re.DOTALL
    ):
        if "to.sign_in()" not in form and "to.sign_in_link(" not in form:
            assert re.search(CARRIES_SECRET, form), form[:200]


def test_every_file_that_the_styles_name_is_there() -> None:
    css = (ASSETS / "uswds/css/uswds.min.css").read_text("utf-8")
    named = {one for one in re.findall(r"url\((\.\./[^)]+)\)", css) if LARGE_PICTURE not in one}
    assert named
    assert [one for one in sorted(named) if not (ASSETS / "uswds/css" / one).is_file()] == []


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    sprite = (ASSETS / "uswds/img/sprite.svg").read_text("utf-8")
    words = {
        name for path in TEMPLATES for name in re.findall(r'icon\("([a-z_]+)"\)', path.read_text())
    }
    from cimflow.dashboard.web.state_styles import CASE_TONES, TONES

    words |= {icon for icon, _ in (*TONES.values(), *CASE_TONES.values())}
    assert [one for one in sorted(words) if f'id="{one}"' not in sprite] == []


@pytest.mark.parametrize("folder", ["uswds", "htmx"])
def test_the_licence_lies_beside_what_is_not_ours(folder: str) -> None:
    assert any(ASSETS.joinpath(folder).glob("LICENSE*"))
