"""Owns that PySide's Python half, which tells how its functions are called, is made when it is asked for.

PySide brings it as source text, and compiles and runs all of it while ``QtCore`` is imported (6.11, executed:
a third of that time), though it is needed only to word a ``TypeError`` and by what makes its type hints.
"""

from __future__ import annotations

import builtins
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_FOLDER = "shibokensupport/signature/"
_AT_ONCE = ("__init__.py", "loader.py", "importhandler.py", "mapping.py")
"""What every import of a part of Qt runs."""
_STAND_IN = f"""
def __getattr__(name):
    from {__name__} import look_up
    return look_up(globals(), name)
"""
_compile = builtins.compile
_sources: dict[str, Any] = {}
"""By the name of the file, what is still to be run."""
_making = threading.RLock()


@contextmanager
def signatures_on_demand() -> Iterator[None]:
    """Import QtCore within: PySide compiles its modules with the built-in function, which is ours meanwhile.
    Where another version does it in another way, importing is only slower."""
    builtins.compile = _put_off
    try:
        yield
    finally:
        builtins.compile = _compile


def look_up(module: dict[str, Any], name: str) -> Any:
    """What a module of PySide has under that name, once all of the module is there. Raises AttributeError."""
    if name.startswith("__"):  # the import machinery asks for those of any module
        raise AttributeError(name)
    with _making:
        source = _sources.pop(module["__file__"], None)
        if source is not None:
            exec(_compile(source, module["__file__"], "exec"), module)
            module.pop("__getattr__", None)
    try:
        return module[name]
    except KeyError:
        raise AttributeError(name) from None


def _put_off(source: Any, filename: Any, *more: Any, **named: Any) -> Any:
    """As ``compile``; of what can wait, code that leaves a stand-in."""
    name = str(filename)
    if not name.startswith(_FOLDER) or name.endswith(_AT_ONCE):
        return _compile(source, filename, *more, **named)
    _sources[name] = source
    return _compile(_STAND_IN, filename, *more, **named)
