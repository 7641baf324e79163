"""Contracts from Python files, each imported apart from everything else that is running."""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from importlib import import_module, invalidate_caches
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from integtest.adapters.tracebacks import user_frames, user_lines
from integtest.errors import ContractError, IntegtestError
from integtest.model.contract import Contract


def from_file(file: Path) -> list[Contract]:
    """The contracts in a module's globals, none where it has none; ContractError where it cannot be imported.

    The module gets a name of its own; `from .shared import …`, `from shared import …` and, with the folder's name,
    `from contracts.shared import …` reach its neighbours, as if the folder above were the working directory.
    """
    file = file.resolve()
    top = _top(file.parent)
    steps = file.relative_to(top).with_suffix("").parts
    package = f"_integtest_{sha256(str(top).encode()).hexdigest()[:12]}"
    with _apart(top, file.parent, package), _explained(file):
        _make_package(package, top)
        if not (top / "__init__.py").is_file() and top.name not in sys.modules:
            _make_package(top.name, top)  # or a package of this name elsewhere would win
        return _contracts(import_module(".".join((package, *steps))))


def from_name(name: str) -> list[Contract]:
    """The contracts in the module `package.module`; the working directory is importable."""
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    with _explained(name):
        return _contracts(import_module(name))


def _contracts(module: ModuleType) -> list[Contract]:
    """Contracts built or yet to be built, in the order of their definition, each once."""
    from integtest.authoring.contract import Contract as Authored
    from integtest.authoring.contract import refuse_duplicates

    found = {id(one): one for one in vars(module).values() if isinstance(one, Authored | Contract)}
    refuse_duplicates(one for one in found.values() if isinstance(one, Authored))
    return [one.build() if isinstance(one, Authored) else one for one in found.values()]


def _top(folder: Path) -> Path:
    """The outermost package that a folder belongs to: itself where it has no `__init__.py`."""
    while (folder / "__init__.py").is_file() and (folder.parent / "__init__.py").is_file():
        folder = folder.parent
    return folder


def _make_package(name: str, folder: Path) -> None:
    init = folder / "__init__.py"
    if init.is_file():
        spec = spec_from_file_location(name, init, submodule_search_locations=[str(folder)])
    else:
        spec = ModuleSpec(name, None, is_package=True)
        spec.submodule_search_locations = [str(folder)]
    if spec is None:
        raise ContractError("is no Python package", place=str(folder))
    module = module_from_spec(spec)
    sys.modules[name] = module
    if spec.loader is not None:
        spec.loader.exec_module(module)


@contextmanager
def _apart(top: Path, folder: Path, package: str) -> Iterator[None]:
    """Neighbours can be imported, other projects' modules of the same name are out of the way, and afterwards all
    is as before."""
    path = list(sys.path)
    for name in [name for name in sys.modules if _belongs(name, package)]:
        del sys.modules[name]  # an earlier import of this folder: read it anew
    others = [] if top.name in sys.stdlib_module_names else [n for n in sys.modules if _belongs(n, top.name)]
    strangers = [name for name in others if not _below(sys.modules[name], top)]
    aside = {name: sys.modules.pop(name) for name in strangers}
    before = set(sys.modules)
    sys.path[:] = [str(top.parent), *path, str(Path.cwd()), str(folder)]
    invalidate_caches()
    try:
        yield
    finally:
        sys.path[:] = path
        made = [name for name in set(sys.modules) - before if not _belongs(name, package)]
        for name in [name for name in made if _below(sys.modules[name], top)]:
            del sys.modules[name]
        sys.modules.update(aside)


def _belongs(name: str, top: str) -> bool:
    return name == top or name.startswith(f"{top}.")


def _below(module: ModuleType, top: Path) -> bool:
    try:
        files = [getattr(module, "__file__", None), *getattr(module, "__path__", ())]
    except KeyError:  # a namespace package whose parent somebody took out of sys.modules
        return False
    return any(file and Path(file).resolve().is_relative_to(top) for file in files)


@contextmanager
def _explained(target: str | Path) -> Iterator[None]:
    """Whatever user code raises becomes one ContractError with its own lines; only Ctrl-C goes through."""
    try:
        yield
    except (IntegtestError, KeyboardInterrupt):
        raise
    except BaseException as error:
        if isinstance(error, ModuleNotFoundError) and error.name and _belongs(str(target), error.name):
            raise ContractError(
                f"there is no file, folder or module {str(target)!r}",
                hint=f"it was looked for in {Path.cwd()} and where Python finds packages",
            ) from None
        raise ContractError(
            f"cannot be imported: {_told(error)}",
            place=_last_place(error) or str(target),
            hint="\n  ".join(_lines(error)),
        ) from error


def _told(error: BaseException) -> str:
    text = str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _lines(error: BaseException) -> Sequence[str]:
    """The user's own frames and the error; a syntax error has no frame of the user's."""
    if isinstance(error, SyntaxError):
        return "".join(traceback.format_exception_only(error)).rstrip("\n").splitlines()
    return user_lines(error)


def _last_place(error: BaseException) -> str | None:
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}" if error.lineno else error.filename
    frames = "".join(user_frames(traceback.extract_tb(error.__traceback__)))
    found = re.findall(r'File "([^"<>]+)", line (\d+)', frames)
    return ":".join(found[-1]) if found else None
