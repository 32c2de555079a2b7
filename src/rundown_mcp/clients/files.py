"""Read and replace a client's file: a copy first, then in one step, with its mode, through symbolic links."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from rundown_mcp.clients import Unusable

_PRIVATE: Final = 0o600
_BOM: Final = "\ufeff"
BACKUP: Final = ".before-rundown"


def read(path: Path) -> str:
    """The text of a file without a byte order mark; empty where there is none.

    Raises:
        Unusable: it is no UTF-8, or cannot be read.
    """
    try:
        return path.read_bytes().decode().removeprefix(_BOM)
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        raise Unusable("is not UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise Unusable(f"cannot be read: {error.strerror}") from None


def replace(path: Path, text: str | None, *, was: str) -> Path | None:
    """Write a file, readable by its owner alone where it is new; gives the copy of what was there, None if nothing was.

    Without a text the file is taken away.

    Raises:
        Unusable: it cannot be written, or no longer says what it `was` when it was read; it is left as it is.
    """
    if read(path) != was:
        raise Unusable("was changed by another program meanwhile; try again")
    target = Path(os.path.realpath(path))
    try:
        if text is not None and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            _write(target, text.encode(), _PRIVATE)
            return None
        mode = stat.S_IMODE(target.stat().st_mode)
        if not mode & stat.S_IWUSR:
            raise Unusable("is read-only; make it writable (chmod u+w)")
        old = target.read_bytes()
        backup = _copy(target, old, mode)
        mark = _BOM.encode() if old.startswith(_BOM.encode()) else b""
        with _gone_on_failure(backup):
            if text is None:
                target.unlink()
            else:
                _write(target, mark + text.encode(), mode)
    except OSError as error:
        raise Unusable(f"cannot be written: {error.strerror}") from None
    return backup


def copies(path: Path) -> list[Path]:
    """The copies of a file that were made when it was changed, and are still there."""
    target = Path(os.path.realpath(path))
    return [copy for copy in target.parent.iterdir() if copy.name.startswith(f"{target.name}{BACKUP}")]


def _copy(target: Path, content: bytes, mode: int) -> Path:
    """`NAME.before-rundown`, or with the first number from 2 on that is free: no copy is written over."""
    number = 1
    while True:
        copy = target.with_name(f"{target.name}{BACKUP}{'' if number == 1 else f'-{number}'}")
        try:
            descriptor = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
        except FileExistsError:
            number += 1
            continue
        with _gone_on_failure(copy):
            _fill(descriptor, copy, content, mode)
        return copy


def _write(target: Path, content: bytes, mode: int) -> None:
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    with _gone_on_failure(Path(name)):
        _fill(descriptor, Path(name), content, mode)
        Path(name).replace(target)


def _fill(descriptor: int, path: Path, content: bytes, mode: int) -> None:
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(mode)  # what it was made with is less what the umask takes


@contextlib.contextmanager
def _gone_on_failure(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError:
        path.unlink(missing_ok=True)
        raise
