"""What all types of the configuration files are: frozen dataclasses, made of keywords.

And what they share: how ids look, and the sentence that a rule rests on.

The methods of the types stand here once. ``@dataclass`` would write each of them again for each
type, at every start: that is a tenth of what ``cimflow status`` may take.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, FrozenInstanceError, dataclass
from typing import Annotated, Any, ClassVar, Literal, Never, dataclass_transform

from cimflow.process.definition.toml_reader import Pattern

Id = Annotated[
    str, Pattern(r"[a-z0-9]+(-[a-z0-9]+)*", "lowercase letters, digits, and hyphens", 60)
]
FieldId = Annotated[
    str, Pattern(r"[a-z][a-z0-9_]*", "lowercase letters, digits, and underscores", 60)
]
LevelId = Annotated[str, Pattern(r"[A-Za-z0-9][A-Za-z0-9-]*", "letters, digits, and hyphens", 20)]
Severity = Literal["error", "warning"]


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Entry:
    """A table of a file."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    def __init_subclass__(cls) -> None:
        """Make the type a dataclass, without methods of its own."""
        dataclass(init=False, repr=False, eq=False)(cls)

    def __init__(self, **given: Any) -> None:
        fields = self.__dataclass_fields__
        values = {name: given.pop(name, one.default) for name, one in fields.items()}
        wrong = [*given, *(name for name, value in values.items() if value is MISSING)]
        if wrong:
            raise TypeError(f"{type(self).__name__}: missing or unknown: {', '.join(wrong)}")
        self.__dict__.update(values)
        self.__post_init__()

    def __post_init__(self) -> None:
        """Raise ValueError where the keys do not go together."""

    def __setattr__(self, name: str, value: object) -> Never:
        raise FrozenInstanceError(f"{name} cannot be changed")

    def __delattr__(self, name: str) -> Never:
        raise FrozenInstanceError(f"{name} cannot be taken away")

    def _values(self) -> tuple[Any, ...]:
        return tuple(self.__dict__[name] for name in self.__dataclass_fields__)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        said = (f"{name}={self.__dict__[name]!r}" for name in self.__dataclass_fields__)
        return f"{type(self).__name__}({', '.join(said)})"


class Rule(Entry):
    """An entry that rests on the guidance: the sentence quoted, or our reading of it, or both."""

    quote: str = ""
    reading: str = ""

    def __post_init__(self) -> None:
        if not (self.quote.strip() or self.reading.strip()):
            raise ValueError(
                "needs a 'quote' (the sentence from the source) or a 'reading' (our interpretation)"
            )
