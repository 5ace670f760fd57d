"""The documentation names every command and option there is, no other, and its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from cimflow.cli.main import cli
from cimflow.process.evaluation.status import State
from cimflow.settings import read_settings

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
COMMANDS = cli.list_commands(click.Context(cli))
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]


def command_of(name: str) -> click.Command:
    """A command by its name."""
    found = cli.get_command(click.Context(cli), name)
    assert found is not None
    return found


def sections() -> dict[str, str]:
    """Each command of docs/cli.md with its section."""
    text = (DOCS / "cli.md").read_text(encoding="utf-8")
    found = re.split(r"^### cimflow ", text, flags=re.MULTILINE)[1:]
    return {
        one.split(maxsplit=1)[0]: re.split(r"^## ", one, flags=re.MULTILINE)[0] for one in found
    }


def test_every_command_has_a_section_and_no_other() -> None:
    assert set(sections()) == set(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_section_lists_the_options_of_the_command_and_no_other(name: str) -> None:
    options = {
        flag
        for one in command_of(name).params
        if isinstance(one, click.Option)
        for flag in (*one.opts, *one.secondary_opts)
    }
    rows = [row for row in sections()[name].splitlines() if row.startswith("| `--")]
    first_cells = " ".join(row.split("|")[1] for row in rows)
    assert set(re.findall(r"--[a-z-]+", first_cells)) == options


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_heading_names_the_arguments_of_the_command(name: str) -> None:
    heading = f"cimflow {sections()[name].splitlines()[0]}"
    arguments = [one for one in command_of(name).params if isinstance(one, click.Argument)]
    missing = [one for one in arguments if str(one.make_metavar(_context(name))) not in heading]
    # A choice is spelled out in the section's own table instead.
    missing = [one for one in missing if not isinstance(one.type, click.Choice)]
    assert missing == []


def _context(name: str) -> click.Context:
    return click.Context(command_of(name), info_name=name)


def test_the_section_of_the_drill_down_names_every_option_of_its_commands() -> None:
    group = command_of("drilldown")
    assert isinstance(group, click.Group)
    section = sections()["drilldown"]
    missing = [
        f"{name} {flag}"
        for name, command in group.commands.items()
        for one in command.params
        if isinstance(one, click.Option)
        for flag in one.opts
        if f"`{flag}" not in section
    ]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_that_the_pages_show_exist(page: Path) -> None:
    """Every ``cimflow NAME --option`` in a code span or block is one that can be typed."""
    text = page.read_text(encoding="utf-8")
    code = re.findall(r"```[a-z]*\n(.*?)```", text, flags=re.DOTALL)
    code += re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    for line in "\n".join(code).splitlines():
        words = line.split("#")[0].split()
        if words[:2] == ["uv", "run"]:
            words = words[2:]
        if words and re.fullmatch(r"(.*[\\/])?cimflow", words[0]):
            rest = words[1:]
            if not rest or not re.fullmatch(r"[a-z-]+", rest[0]):
                continue
            assert rest[0] in COMMANDS, f"{page.name}: {line}"
            flags = {word.split("=")[0] for word in rest if re.fullmatch(r"--[a-z-]+.*", word)}
            command = command_of(rest[0])
            if isinstance(command, click.Group) and len(rest) > 1:
                assert rest[1] in command.commands, f"{page.name}: {line}"
                command = command.commands[rest[1]]
            known = {flag for one in command.params for flag in (*one.opts, *one.secondary_opts)}
            assert flags <= known | {"--help"}, f"{page.name}: {line}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)", text):
        other = (page.parent / target).resolve() if target else page
        assert other.exists(), f"{page.name}: {target}"
        if anchor:
            headings = re.findall(
                r"^#+ (.+)$", other.read_text(encoding="utf-8"), flags=re.MULTILINE
            )
            assert anchor in {_anchor(one) for one in headings}, f"{page.name}: {target}#{anchor}"


def _anchor(heading: str) -> str:
    """A heading as the sites that show Markdown turn it into an anchor."""
    return re.sub(r"[^a-z0-9 _-]", "", heading.lower()).replace(" ", "-")


def test_operations_names_every_environment_variable() -> None:
    read: set[str] = set()

    class Watched(dict[str, str]):
        def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
            read.add(name)
            return {
                "CIMFLOW_SMTP_HOST": "mail.example.org",
                "CIMFLOW_MAIL_FROM": "a@example.org",
            }.get(name, default)

    read_settings(Watched(), working_directory=ROOT / "tests")
    text = (DOCS / "operations.md").read_text(encoding="utf-8")
    assert [name for name in sorted(read) if f"`{name}`" not in text] == []


def test_the_glossary_names_every_state() -> None:
    text = (DOCS / "glossary.md").read_text(encoding="utf-8")
    assert [one for one in State.__args__ if not re.search(rf"\b{one}\b", text)] == []


def test_dependencies_names_every_library_of_the_project() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [
        *project["project"]["dependencies"],
        *project["dependency-groups"]["dev"],
        *project["build-system"]["requires"],
    ]
    text = (DOCS / "decisions" / "dependencies.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| ([a-z0-9-]+)", text, flags=re.MULTILINE))
    names = {re.split(r"[\[<>=~ ]", one, maxsplit=1)[0] for one in wanted}
    assert names == listed
