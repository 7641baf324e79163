"""Objects of the user's code by name: `package.module:object`."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from integtest.adapters.tracebacks import user_lines
from integtest.errors import ConfigError


def load_object(name: str) -> Any:
    """The object that `module:object` names; `module:factory()` calls it. The working directory is importable.

    ConfigError when the module cannot be found, fails to import, or has no such object.
    """
    module_name, _, path = name.partition(":")
    if not module_name or not path:
        raise ConfigError(f'"{name}" does not name an object', hint="write package.module:object")
    module = _import(module_name)
    call = path.endswith("()")
    found: Any = module
    for step in path.removesuffix("()").split("."):
        if not hasattr(found, step):
            raise ConfigError(f'"{module_name}" has no "{step}"', place=name, hint=_near(step, dir(found)))
        found = getattr(found, step)
    return guarded(found, name) if call else found


def load_module(name: str) -> None:
    """Import the module of a dotted name; ConfigError, with the nearest name, when it cannot be found or
    imported."""
    _import(name)


def guarded(factory: Callable[[], Any], name: str) -> Any:
    """What the factory returns; ConfigError with the user's own lines when it raises."""
    try:
        return factory()
    except (Exception, SystemExit) as raised:
        raise _broken(f"{name} raised {type(raised).__name__}: {raised}", raised) from raised


def _import(name: str) -> Any:
    try:
        _work_here()
        return import_module(name)
    except ModuleNotFoundError as missing:
        if missing.name and (name == missing.name or name.startswith(f"{missing.name}.")):
            raise ConfigError(
                f'no module named "{missing.name}"',
                place=name,
                hint=_like(missing.name) or f"it is looked for in {Path.cwd()} and where Python finds packages",
            ) from None
        raise _broken(f'"{name}" cannot be imported: {missing}', missing) from missing
    except (Exception, SystemExit) as raised:
        raise _broken(f'"{name}" cannot be imported: {type(raised).__name__}: {raised}', raised) from raised


def _like(name: str) -> str | None:
    """The module that was meant: one beside it, where its package is there, or in the working folder."""
    package, _, last = name.rpartition(".")
    places = getattr(sys.modules.get(package), "__path__", ()) if package else [str(Path.cwd())]
    close = difflib.get_close_matches(last, [one.name for one in iter_modules(places)], n=1)
    return f'did you mean "{package}{"." if package else ""}{close[0]}"?' if close else None


def _work_here() -> None:
    """Python puts the working directory first for `python -m` but not for an installed command."""
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)


def _broken(message: str, error: BaseException) -> ConfigError:
    broken = ConfigError(message, hint="\n  ".join(user_lines(error)))
    broken.trace = user_lines(error)
    return broken


def _near(name: str, names: list[str]) -> str | None:
    close = difflib.get_close_matches(name, [n for n in names if not n.startswith("__")], n=1)
    return f'did you mean "{close[0]}"?' if close else None
