"""Every action that the program writes into the audit log, found in its sources.

A function that takes an ``action`` is one that notes, or hands on to one that does; so whoever
writes such a function next is seen without a change here. Where it is called the action is a
literal or a constant of the module, or the caller hands on an ``action`` of its own: then its own
callers are the ones that name it. Any other call is in ``hidden``, for the test to refuse.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PARAMETER = "action"
NOT_OURS = frozenset({"add_argument"})
"""Takes an ``action`` of its own: what a command line does with an option."""
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Noted:
    """``files``: those that call a function that notes; ``hidden``: where no action can be read."""

    looked_through: int
    actions: set[str] = field(default_factory=set)
    files: set[Path] = field(default_factory=set)
    calls: int = 0
    hidden: list[str] = field(default_factory=list)


def noted_in(folders: list[Path]) -> Noted:
    """What the modules of some folders write into the audit log."""
    trees = {
        path: ast.parse(path.read_text(encoding="utf-8"))
        for folder in folders
        for path in sorted(folder.rglob("*.py"))
    }
    defined = {path: dict(_takers_of(tree)) for path, tree in trees.items()}
    found = Noted(looked_through=len(trees))
    for path, tree in trees.items():
        _look_through(path, tree, defined, found)
    return found


def _takers_of(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """The functions and classes that take an action, and as which argument of a call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for one in node.body:
                if isinstance(one, Function) and _place_in(one) is not None:
                    name = node.name if one.name == "__init__" else f".{one.name}"
                    yield name, (_place_in(one) or 0) - 1  # a call gives no ``self``
    for one in tree.body:
        if isinstance(one, Function) and (place := _place_in(one)) is not None:
            yield one.name, place


def _place_in(function: Function) -> int | None:
    names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    if PARAMETER in names:
        return names.index(PARAMETER)
    # Given by its name alone: no place is as large.
    return 99 if PARAMETER in {one.arg for one in function.args.kwonlyargs} else None


def _look_through(
    path: Path, tree: ast.Module, defined: dict[Path, dict[str, int]], found: Noted
) -> None:
    constants = dict(_constants_of(tree))
    for call, within in _calls(tree, None):
        given = _given(call, path, defined)
        if given is None:
            continue
        found.calls += 1
        found.files.add(path)
        value = given if isinstance(given, ast.Constant) else None
        text = value.value if value else constants.get(ast.unparse(given))
        if isinstance(text, str):
            found.actions.add(text)
        elif not _is_handed_on(given, within):
            found.hidden.append(f"{path.stem}: {ast.unparse(given)}")


def _constants_of(tree: ast.Module) -> Iterator[tuple[str, object]]:
    for node in tree.body:
        if isinstance(node, ast.Assign):
            targets = node.targets
            pairs = [(one, node.value) for one in targets]
            if isinstance(targets[0], ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = list(zip(targets[0].elts, node.value.elts, strict=True))
            for target, one in pairs:
                if isinstance(target, ast.Name) and isinstance(one, ast.Constant):
                    yield target.id, one.value


def _calls(node: ast.AST, within: Function | None) -> Iterator[tuple[ast.Call, Function | None]]:
    for child in ast.iter_child_nodes(node):
        inside = child if isinstance(child, Function) else within
        if isinstance(child, ast.Call):
            yield child, inside
        yield from _calls(child, inside)


def _given(call: ast.Call, path: Path, defined: dict[Path, dict[str, int]]) -> ast.expr | None:
    """The action that a call gives; None where it calls nothing that takes one."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
    if name in NOT_OURS:
        return None
    for word in call.keywords:
        if word.arg == PARAMETER:
            return word.value
    place = _place_of(call.func, name, path, defined)
    if place is None or place >= len(call.args):
        return None  # nothing that notes, or the default of what does
    return call.args[place]


def _place_of(
    called: ast.expr, name: str, path: Path, defined: dict[Path, dict[str, int]]
) -> int | None:
    if name in defined[path] and isinstance(called, ast.Name):
        return defined[path][name]
    if isinstance(called, ast.Attribute):
        module = ast.unparse(called.value)
        for other, takers in defined.items():
            if other.stem == module and name in takers:
                return takers[name]
        name = f".{name}"
    elif name.startswith("_"):
        return None  # a function of this module, which takes no action
    return next((one[name] for one in defined.values() if name in one), None)


def _is_handed_on(given: ast.expr, within: Function | None) -> bool:
    """Whether it is the action that the calling function was itself called with."""
    names = {one.id for one in ast.walk(given) if isinstance(one, ast.Name)}
    return within is not None and _place_in(within) is not None and PARAMETER in names
