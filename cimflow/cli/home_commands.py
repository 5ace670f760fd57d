"""``init``, ``check-config``, ``doctor``, ``backup``, ``restore``."""

from __future__ import annotations

from pathlib import Path

import click

from cimflow import resources
from cimflow.cli.options import clock, context_here, is_home, prepare_home, settings_here
from cimflow.monitoring.app_context import open_app_context
from cimflow.monitoring.errors import Refused


@click.command()
def init() -> None:
    """Create a cimflow home here: its folder and its database, nothing else."""
    settings = settings_here()
    existed = is_home(settings)
    prepare_home(settings)
    open_app_context(settings, clock=clock)
    word = "already exists" if existed else "is ready"
    click.echo(f"the cimflow home {settings.home} {word}")
    if not existed:
        click.echo("next: cimflow import-roster FILE, then cimflow import-contacts FILE")


@click.command("check-config")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
def check_config(files: tuple[Path, ...]) -> None:
    """Check process files, the notices file, and calendars: all errors, with file and key."""
    from cimflow.notify.writing.check_words import check_words

    settings = settings_here()
    found = resources.check_files(files, config_dir=settings.config_dir, home=settings.home)
    errors = [str(one) for one in found]
    if not files:
        errors += check_words(resources.templates_dir() / "email")
    if errors:
        raise Refused.saying(*errors)
    click.echo("the configuration is in order")


@click.command()
def doctor() -> int:
    """Check this home and say in plain words what is fine and what needs attention."""
    from cimflow.monitoring.runs.health_check import examine

    context = context_here()
    is_well = True
    for one in examine(context):
        is_well = is_well and one.is_well
        click.echo(f"{'ok  ' if one.is_well else 'look'}  {one.what}")
    return 0 if is_well else 1


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Write everything cimflow keeps into one file."""
    from cimflow.store.backup.backup import backup as write_backup

    context = context_here()
    if file.exists():
        raise Refused.saying(f"{file}: already exists; name a new file")
    write_backup(context.engine, file, now=context.now(), home=context.settings.home)
    click.echo(f"backed up to {file}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def restore(file: Path) -> None:
    """Replace what is here with a backup; all email is held until a person confirms."""
    from cimflow.store.backup.backup import restore as read_backup

    settings = settings_here()
    if not is_home(settings):
        prepare_home(settings)
    if settings.banner:
        click.echo(settings.banner, err=True)
    context = open_app_context(settings, clock=clock)
    kept = read_backup(context.engine, file, now=context.now(), home=settings.home)
    click.echo(f"restored from {file}" + (f"; what was here before is in {kept}" if kept else ""))
    click.echo(
        "all email is held: check cimflow notices --all, then run cimflow release --restored"
    )


COMMANDS = (init, check_config, doctor, backup, restore)
