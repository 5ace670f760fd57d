"""What a form on a page carries: its hidden fields, read as a browser reads them."""

from __future__ import annotations

import html
import re
from typing import Protocol

SCRIPT = "<script>alert('x')</script>"
ESCAPED = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"


class Page(Protocol):
    """A page that was got."""

    @property
    def text(self) -> str: ...


def hidden(page: Page, name: str) -> str:
    """The value of the first field of that name that nobody sees."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found is not None, f"no field {name}"
    return html.unescape(found[1])


def plain(page: Page) -> str:
    """What is read on a page, without its tags."""
    without = re.sub(r"<[^>]*>", " ", page.text)
    return " ".join(html.unescape(without).split())


def wrong_at(page: Page, field: str) -> str:
    """Why a field was refused, as said beside it and told with it to a screen reader; or empty."""
    found = re.search(rf'<span class="usa-error-message" id="{field}-wrong">([^<]*)<', page.text)
    if found is None:
        return ""
    assert re.search(rf'aria-describedby="{field}-wrong[ "]', page.text), (
        f"{field} is not described"
    )
    return html.unescape(found[1])


def no_script(page: Page) -> bool:
    """Whether what somebody typed stays text."""
    return SCRIPT not in page.text
