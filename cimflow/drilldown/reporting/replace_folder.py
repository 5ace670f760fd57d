"""How the files of a run get into the folder that was asked for.

They are written beside it and moved when all is well, so that a run that fails or is killed leaves
what was there before; and what is then there is of one audience. A folder that somebody hands on
must not hold, under another name, what was made for the LEA's own team.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cimflow.drilldown.reporting.report_model import Audience
from cimflow.drilldown.reporting.saved_report import from_json

KEPT = "report.json"
RATES, TWO_WAY, ROLL_UP = "rates.csv", "two-way.csv", "roll-up"
OF_ALL_LEAS = (TWO_WAY, ROLL_UP)
_LEA = re.compile(r"\d{14}")
_MARK = ".drill-down-"
_STALE_SECONDS = 3600


@contextmanager
def moved_into_place(
    out: Path, *, clear: Callable[[Path], None] = lambda _: None
) -> Iterator[Path]:
    """A folder to write into; what is in it moves to ``out`` when all is well.

    Args:
        out: is made where it is missing.
        clear: takes away what is in ``out`` and must not stay, just before the move.

    Raises:
        OSError: ``out`` is no folder, or cannot be written.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    if out.exists() and not out.is_dir():
        raise NotADirectoryError(20, "is not a folder", str(out))
    out.mkdir(exist_ok=True)
    near = _can_hold(out)
    _remove_what_a_crash_left(near)
    with tempfile.TemporaryDirectory(prefix=_MARK, dir=near) as made:
        folder = Path(made)
        yield folder
        clear(out)
        # The rates last: a person who finds them finds everything they are of.
        for new in sorted(folder.iterdir(), key=lambda one: (one.name == RATES, one.name)):
            old = out / new.name
            if old.is_dir() and not old.is_symlink():
                shutil.rmtree(old)
            new.replace(old)


def beside(out: Path, name: str) -> Path:
    """A place beside the folder for what must not be in it."""
    named = out if out.name not in {"", ".."} else out.resolve()
    return named.with_name(f"{named.name}-{name}")


def _can_hold(out: Path) -> Path:
    """The folder around ``out``, if a file can be moved from it in one step; else ``out``."""
    around = out.absolute().parent
    is_near = around.stat().st_dev == out.stat().st_dev
    return around if is_near and os.access(around, os.W_OK) else out


def _remove_what_a_crash_left(folder: Path) -> None:
    for one in folder.glob(f"{_MARK}*"):
        if one.is_dir() and one.stat().st_mtime < time.time() - _STALE_SECONDS:
            shutil.rmtree(one, ignore_errors=True)


def clear(out: Path, *, audience: Audience) -> None:
    """Take away the tables of all LEAs that an earlier run made; of another audience, all it made.

    What no run made stays.
    """
    leas = [one for one in out.iterdir() if _LEA.fullmatch(one.name) and (one / KEPT).is_file()]
    others = [one for one in leas if _audience_of(one) != audience]
    made = [out / one for one in OF_ALL_LEAS] + (leas if others else [])
    if others:
        made += [out / "problems.csv", out / RATES]
    for one in made:
        if one.is_dir() and not one.is_symlink():
            shutil.rmtree(one)
        else:
            one.unlink(missing_ok=True)


def _audience_of(folder: Path) -> str:
    try:
        return from_json((folder / KEPT).read_bytes()).report.about.audience
    except ValueError:
        return ""  # of a version of ours that kept it otherwise
