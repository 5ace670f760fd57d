"""Footnotes of ``config/drilldown.toml``, and how sure we are of what they say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

from cimflow.drilldown.model.elements import ELEMENTS

Confidence = Literal["guidance", "two-sources", "one-source", "reading", "unverified"]
CONFIDENCE_IN_WORDS: Mapping[Confidence, str] = {
    "guidance": "the guidance says so",
    "two-sources": "two documents agree",
    "one-source": "one source only",
    "reading": "our reading",
    "unverified": "not verified",
}


class ConfigPart(BaseModel):
    """A part of the file: it says nothing that is not known, and does not change."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _known_element(name: str) -> str:
    if name not in ELEMENTS:
        msg = f"is not one of: {', '.join(ELEMENTS)}"
        raise ValueError(msg)
    return name


ElementName = Annotated[str, AfterValidator(_known_element)]


class Note(ConfigPart):
    """A footnote: what is to be known of a number, and how sure we are of it."""

    text: str
    confidence: Confidence
    elements: tuple[ElementName, ...] = ()
    """The elements it bears on; none for all."""

    @property
    def in_words(self) -> str:
        """The footnote as printed, with how sure we are of it."""
        return f"{self.text} ({CONFIDENCE_IN_WORDS[self.confidence]})"
