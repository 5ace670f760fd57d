"""What an email consists of, before it is laid out as plain text and as HTML.

Both layouts are given the same blocks, so they cannot say different things.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a section; ``level`` 2 or 3."""

    kind: ClassVar[str] = "heading"
    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, perhaps with a word before it in bold (``What to do``)."""

    kind: ClassVar[str] = "paragraph"
    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What a person wrote, in their own lines."""

    kind: ClassVar[str] = "note"
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Foot:
    """The end of an email, set apart: why it comes, and from whom."""

    kind: ClassVar[str] = "foot"
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Command:
    """A command to type, never wrapped."""

    kind: ClassVar[str] = "command"
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A page to open, never wrapped."""

    kind: ClassVar[str] = "link"
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; ``spaced`` where the entries are paragraphs rather than lines."""

    kind: ClassVar[str] = "bullets"
    entries: tuple[Entry, ...]
    spaced: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list: a title in bold, a line after it, and what is below."""

    title: str = ""
    text: str = ""
    blocks: tuple[Block, ...] = field(default=())


Block = Heading | Paragraph | Note | Foot | Command | Link | Bullets
