"""Draw the house from its import contracts: floors, the rooms on each, and who may ask whom.

    uv run python docs/images/make_rooms.py

Nothing is placed by hand: pyproject.toml says which layer lies above which, and a test holds the
picture to it. A floor may import the floors below it; a room, the rooms below it on its floor.
"""  # noqa: INP001 - a script beside its pictures, no package

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).parents[2]
PICTURE = Path(__file__).with_name("rooms.svg")
WIDTH, PAD, ROW, CHAR = 1200, 14, 30, 7.4
ABOVE = (("flows",), ("tasks",))
"""The floors above ``cimflow``, as the first contract orders them."""

Layers = Sequence[Sequence[str]]


def contracts() -> list[Mapping[str, object]]:
    """The layer contracts of pyproject.toml."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    found = tomllib.loads(text)["tool"]["importlinter"]["contracts"]
    return [one for one in found if one["type"] == "layers"]


def layers_of(container: str) -> Layers:
    """The layers inside one package, the uppermost first; without a contract, its modules."""
    for one in contracts():
        if one.get("containers") == [container]:
            return [
                [name.strip(" ()") for name in str(layer).split("|")]
                for layer in one["layers"]  # type: ignore[attr-defined]
            ]
    return _modules_of(container)


def _modules_of(package: str) -> Layers:
    """The modules of a small floor that is one room, a few on a line."""
    folder = ROOT / package.replace(".", "/")
    names = sorted(one.stem for one in folder.glob("*.py") if one.stem != "__init__")
    return [names[start : start + 3] for start in range(0, len(names), 3)]


def floors() -> Layers:
    """The floors from the top: those that lie side by side stand in one row."""
    return [*ABOVE, *layers_of("cimflow")]


def package_of(floor: str) -> str:
    """The package of a floor: ``flows``, or ``cimflow.store``."""
    return floor if (floor,) in ABOVE else f"cimflow.{floor}"


def _path_of(package: str) -> str:
    path = package.replace(".", "/")
    return f"{path}/" if (ROOT / path).is_dir() else f"{path}.py"


def svg() -> str:
    """The whole picture."""
    parts: list[str] = []
    top = PAD
    for row in floors():
        width = (WIDTH - PAD * (len(row) + 1)) / len(row)
        height = max(_height(layers_of(package_of(one))) for one in row)
        for number, floor in enumerate(row):
            left = PAD + number * (width + PAD)
            parts += _floor(floor, layers_of(package_of(floor)), left, top, width, height)
        top += height + PAD
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top:.0f}" role="img"'
        ' aria-label="The floors and rooms of cimflow; each may ask those below it"'
        ' font-family="system-ui, sans-serif" font-size="13">'
    )
    ground = f'<rect width="{WIDTH}" height="{top:.0f}" fill="#fff"/>'
    return "\n".join([head, ground, *parts, "</svg>", ""])


def _height(layers: Layers) -> float:
    return 2 * PAD + 16 + len(layers) * (ROW + 6)


def _floor(
    name: str, layers: Layers, left: float, top: float, width: float, height: float
) -> list[str]:
    drawn = [
        (
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" rx="6"'
            ' fill="#f0f4f8" stroke="#1a4480"/>'
        ),
        (
            f'<text x="{left + PAD:.1f}" y="{top + PAD + 10:.1f}" font-weight="700">'
            f"{escape(_path_of(package_of(name)))}</text>"
        ),
    ]
    y = top + PAD + 22
    for rooms in layers:
        room = (width - PAD - PAD * len(rooms)) / len(rooms)
        for number, one in enumerate(rooms):
            x = left + PAD + number * (room + PAD)
            fits = max(int(room / CHAR), 4)
            words = one if len(one) <= fits else f"{one[: fits - 1]}…"
            drawn += [
                (
                    f'<rect x="{x:.1f}" y="{y:.1f}" width="{room:.1f}" height="{ROW}" rx="4"'
                    ' fill="#fff" stroke="#8da2bb"/>'
                ),
                (
                    f'<text x="{x + room / 2:.1f}" y="{y + 20:.1f}" text-anchor="middle">'
                    f"{escape(words)}</text>"
                ),
            ]
        y += ROW + 6
    return drawn


if __name__ == "__main__":
    PICTURE.write_text(svg(), encoding="utf-8", newline="\n")
