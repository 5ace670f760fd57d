"""Draws the status table of the README from the sample SELPA; run by hand when it changes.

It is started so: ``uv run python docs/images/make_images.py``. The pictures of the pages are taken
by ``tests.browser.pictures``.
"""  # noqa: INP001 - a script beside its pictures, no package

from __future__ import annotations

import os
import re
import tempfile
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

from cimflow.cli.cohort_tables import print_grid
from cimflow.cli.options import clock
from cimflow.cli.sample_home import load_sample
from cimflow.monitoring.act import act_on
from cimflow.monitoring.app_context import AppContext, open_app_context
from cimflow.monitoring.cohort.evaluate import evaluate_cohort
from cimflow.settings import read_settings

HERE = Path(__file__).parent
WIDTH = 160


def main() -> None:
    """Load the sample into a folder of its own and draw the picture."""
    with tempfile.TemporaryDirectory() as folder:
        here = {"CIMFLOW_HOME": "home"}
        load_sample(read_settings(here, working_directory=Path(folder)))
        context = open_app_context(read_settings(here, working_directory=Path(folder)), clock=clock)
        process_id = context.process_asked_for(None)
        draw_status(context, process_id)
        context.engine.dispose()


class Terminal(StringIO):
    """What is written in color, kept: the table has colors only where a terminal shows them."""

    def isatty(self) -> bool:
        """Like a terminal."""
        return True


def draw_status(context: AppContext, process_id: str) -> None:
    """The status table as a terminal shows it."""
    on = context.today(process_id)
    written = Terminal()
    os.environ |= {"COLUMNS": str(WIDTH), "FORCE_COLOR": "1"}
    with redirect_stdout(written):
        print_grid(context, process_id, on, evaluate_cohort(act_on(context, process_id), on))
    console = Console(record=True, width=WIDTH, file=StringIO(), highlight=False)
    console.print(Text.from_ansi(written.getvalue()))
    # Without the fonts that would be fetched from elsewhere: a picture must not call anyone.
    form = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    svg = console.export_svg(title="cimflow status", unique_id="status", code_format=form)
    (HERE / "status.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
