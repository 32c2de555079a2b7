"""Reading and replacing a client's file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rundown_mcp.clients import Unusable
from rundown_mcp.clients.files import read, replace

_POSIX = pytest.mark.skipif(os.name == "nt", reason="modes and links of POSIX")


def test_a_new_file_is_made_with_its_folders_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "c.json"
    assert read(path) == ""
    assert replace(path, "é", was="") is None
    assert read(path) == "é"
    assert os.name == "nt" or path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_each_change_leaves_a_copy_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text("1")
    copies = [replace(path, "2", was="1"), replace(path, "3", was="2")]
    assert copies == [tmp_path / "c.json.before-rundown", tmp_path / "c.json.before-rundown-2"]
    assert [read(copy) for copy in copies if copy] == ["1", "2"]
    assert read(path) == "3"
    assert len(list(tmp_path.iterdir())) == 3


@_POSIX
def test_mode_link_and_byte_order_mark_stay(tmp_path: Path) -> None:
    real, link = tmp_path / "dotfiles" / "c.json", tmp_path / "c.json"
    real.parent.mkdir()
    real.write_bytes("\ufeff{}\r\n".encode())
    real.chmod(0o640)
    link.symlink_to(real)
    assert read(link) == "{}\r\n"
    copy = replace(link, "[]\r\n", was="{}\r\n")
    assert copy == real.with_name("c.json.before-rundown")
    assert link.is_symlink()
    assert real.read_bytes() == "\ufeff[]\r\n".encode()
    assert [path.stat().st_mode & 0o777 for path in (real, copy)] == [0o640, 0o640]


@_POSIX
def test_a_link_to_nothing_yet_is_followed(tmp_path: Path) -> None:
    link = tmp_path / "c.json"
    link.symlink_to(tmp_path / "real.json")
    assert read(link) == ""
    replace(link, "{}", was="")
    assert link.is_symlink()
    assert read(tmp_path / "real.json") == "{}"


def test_a_read_only_file_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text("{}")
    path.chmod(0o444)
    with pytest.raises(Unusable, match="read-only"):
        replace(path, "[]", was="{}")
    assert read(path) == "{}"
    assert list(tmp_path.iterdir()) == [path]
    path.chmod(0o644)


def test_what_is_no_text_or_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "c").write_bytes(b"\xff")
    with pytest.raises(Unusable, match="not UTF-8"):
        read(tmp_path / "c")
    with pytest.raises(Unusable, match="cannot be read"):
        read(tmp_path)
    with pytest.raises(Unusable, match="cannot be read"):
        read(tmp_path / "c" / "d")


def test_a_place_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "c.json").symlink_to(tmp_path / "b" / "c.json")
    (tmp_path / "b").symlink_to("/dev/null/b")
    with pytest.raises(Unusable, match="cannot be"):
        replace(tmp_path / "a" / "c.json", "", was="")


def test_a_file_that_another_program_changed_meanwhile_is_left_to_it(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text("theirs")
    with pytest.raises(Unusable, match="by another program"):
        replace(path, "ours", was="before")
    assert read(path) == "theirs"
    assert list(tmp_path.iterdir()) == [path]


@_POSIX
@pytest.mark.parametrize(("before", "after"), [("", "x" * 2000), ("x", "x" * 2000), ("x" * 2000, "")])
def test_a_write_that_fails_leaves_the_file_as_it_was_and_nothing_beside_it(
    before: str, after: str, tmp_path: Path
) -> None:
    import resource  # noqa: PLC0415 - there is none on Windows

    path = tmp_path / "c.json"
    if before:
        path.write_text(before)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(Unusable, match="cannot be written: File too large"):
            replace(path, after, was=before)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert read(path) == before
    assert [one.name for one in tmp_path.iterdir() if one != path] == []
