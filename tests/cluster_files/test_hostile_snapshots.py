"""Snapshots that are cut, damaged or made to harm: a clear error, in bounded memory."""

import gzip
import os
import random
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ordain.cluster import write_snapshot
from ordain.errors import UserError
from ordain.model.live import LiveState

Reader = Callable[..., LiveState]
HEADER = (
    b'{"cluster":"prod","format":"ordain.dev/snapshot","kubernetesVersion":"1.37","read":[],'
    b'"redacted":false,"served":null,"takenAt":"","version":1}\n'
)
LIMIT = 300 << 20


def packed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    for piece in pieces:
        yield packer.compress(piece)
    yield packer.flush()


def write(path: Path, pieces: Iterator[bytes]) -> None:
    with path.open("wb") as file:
        file.writelines(pieces)


@pytest.fixture
def whole(tmp_path: Path, state: LiveState) -> bytes:
    write_snapshot(state, tmp_path / "whole", redact=False)
    return (tmp_path / "whole").read_bytes()


@pytest.mark.parametrize("tenths", range(1, 10))
def test_a_cut_snapshot_is_refused(tmp_path: Path, read: Reader, whole: bytes, tenths: int) -> None:
    """Wherever it is cut, the message says so."""
    (tmp_path / "s").write_bytes(whole[: len(whole) * tenths // 10])

    with pytest.raises(UserError, match="is cut"):
        read(tmp_path / "s")


@pytest.mark.parametrize("missing", [1, 4, 8, 9])
def test_a_snapshot_without_its_last_bytes_is_refused(tmp_path: Path, read: Reader, whole: bytes, missing: int) -> None:
    """The trailer of the gzip member counts too."""
    (tmp_path / "s").write_bytes(whole[:-missing])

    with pytest.raises(UserError, match="is cut"):
        read(tmp_path / "s")


def test_no_flipped_bit_changes_what_is_read(tmp_path: Path, read: Reader, whole: bytes, state: LiveState) -> None:
    """A flipped bit is an error, or (in gzip's unused header fields) nothing at all."""
    dice = random.Random(1)
    bits = [*range(10 * 8), *(dice.randrange(len(whole) * 8) for _ in range(200))]
    for bit in bits:
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        (tmp_path / "s").write_bytes(damaged)
        try:
            found = read(tmp_path / "s", version=None)
        except UserError:
            continue
        assert state == found, f"bit {bit}"


def test_lines_that_were_taken_out_are_noticed(tmp_path: Path, read: Reader, whole: bytes) -> None:
    """A file that was packed again without an object does not match its end line."""
    lines = gzip.decompress(whole).splitlines(keepends=True)
    (tmp_path / "s").write_bytes(gzip.compress(b"".join([lines[0], *lines[2:]])))

    with pytest.raises(UserError, match="does not match its end line"):
        read(tmp_path / "s")


@pytest.mark.parametrize("content", [b"", HEADER, HEADER + b"\n", HEADER[:-1]])
def test_a_snapshot_without_an_end_is_refused(tmp_path: Path, read: Reader, content: bytes) -> None:
    """A sound gzip file that ends before its end line is cut, or has a line that is none."""
    (tmp_path / "s").write_bytes(gzip.compress(content))

    with pytest.raises(UserError, match=r"is cut|is not JSON"):
        read(tmp_path / "s")


@pytest.mark.parametrize("more", [b"x", b"\n", gzip.compress(b"more\n", mtime=0)])
def test_what_follows_a_snapshot_is_refused(tmp_path: Path, read: Reader, whole: bytes, more: bytes) -> None:
    """Nothing may follow the gzip member."""
    (tmp_path / "s").write_bytes(whole + more)

    with pytest.raises(UserError, match="something follows its end"):
        read(tmp_path / "s")


def test_what_follows_the_end_line_is_refused(tmp_path: Path, read: Reader, whole: bytes) -> None:
    """Nothing may follow the end line."""
    (tmp_path / "s").write_bytes(gzip.compress(gzip.decompress(whole) + b"{}\n"))

    with pytest.raises(UserError, match="something follows the end line"):
        read(tmp_path / "s")


def test_a_compressed_list_is_no_snapshot(tmp_path: Path, read: Reader) -> None:
    """A gzip file of something else is named as that."""
    (tmp_path / "s").write_bytes(gzip.compress(b"apiVersion: v1\nkind: List\nitems: []\n"))

    with pytest.raises(UserError, match="no snapshot of ordain") as caught:
        read(tmp_path / "s")

    assert "unpack" in caught.value.hint


def zeros() -> Iterator[bytes]:
    yield from [b"\0" * (1 << 20)] * 300


def a_line_of_a_gigabyte() -> Iterator[bytes]:
    yield from (HEADER, b'{"kind":"', *[b"a" * (1 << 20)] * 1024, b'"}\n')


def many_empty_lines() -> Iterator[bytes]:
    yield from (HEADER, *[b"{}\n" * 300_000] * 300)


def objects_of_filling() -> Iterator[bytes]:
    yield HEADER
    for number in range(150):
        yield b'{"apiVersion":"v1","kind":"A","metadata":{"name":"%d"},"spec":"' % number
        yield b"x" * (1 << 20) + b'"}\n'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (zeros, "is longer than"),
        (a_line_of_a_gigabyte, "is longer than"),
        (many_empty_lines, "neither an object"),
        (objects_of_filling, "inflates to more than it may"),
    ],
)
def test_a_bomb_is_refused_in_bounded_memory(
    tmp_path: Path, read: Reader, content: Callable[[], Iterator[bytes]], message: str
) -> None:
    """A small file that inflates to gigabytes is refused before it fills the memory."""
    write(tmp_path / "s", packed(content()))

    tracemalloc.start()
    try:
        with pytest.raises(UserError, match=message):
            read(tmp_path / "s")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < LIMIT


@pytest.mark.parametrize(
    ("limit", "most", "message"),
    [("MAX_VALUES", 9, "more than 9 values"), ("MAX_OBJECTS", 3, "more than 3 objects")],
)
def test_a_snapshot_above_a_limit_is_refused(
    *, tmp_path: Path, read: Reader, monkeypatch: pytest.MonkeyPatch, limit: str, most: int, message: str
) -> None:
    """Small values and small objects cost more memory than their bytes say: they are counted."""
    lines = (b'{"kind":"A","apiVersion":"v1","metadata":{"name":"%d"}}\n' % number for number in range(9))
    (tmp_path / "s").write_bytes(gzip.compress(HEADER + b"".join(lines)))
    monkeypatch.setattr(f"ordain.cluster.snapshot.{limit}", most)

    with pytest.raises(UserError, match=message):
        read(tmp_path / "s")


@pytest.mark.parametrize("depth", [130, 1_000, 200_000])
def test_deep_values_are_refused(tmp_path: Path, read: Reader, depth: int) -> None:
    """Nesting beyond the limit is an error, not a crash."""
    deep = b'{"kind":' + b"[" * depth + b"]" * depth + b"}\n"
    (tmp_path / "s").write_bytes(gzip.compress(HEADER + deep))

    with pytest.raises(UserError, match=r"deeper than 128|is not JSON"):
        read(tmp_path / "s")


@pytest.mark.parametrize("line", [b"[]\n", b"5\n", b"{\xff}\n", b'{"kind":"\\ud800"}\n', b'{"kind":NaN}\n'])
def test_a_line_that_is_no_object_is_refused(tmp_path: Path, read: Reader, line: bytes) -> None:
    """What is not a JSON object in UTF-8 has its line in the message."""
    (tmp_path / "s").write_bytes(gzip.compress(HEADER + line))

    with pytest.raises(UserError, match="line of the snapshot is") as caught:
        read(tmp_path / "s")

    assert str(caught.value).startswith("s:2: ")


def test_a_missing_file_is_named(tmp_path: Path, read: Reader) -> None:
    """The hint says what may be given."""
    with pytest.raises(UserError, match="No such file") as caught:
        read(tmp_path / "s")

    assert "kubectl get -o yaml" in caught.value.hint


def test_a_link_to_itself_is_an_error(tmp_path: Path, read: Reader) -> None:
    """A loop of symbolic links ends in a message."""
    (tmp_path / "s").symlink_to("s")

    with pytest.raises(UserError, match="symbolic links"):
        read(tmp_path / "s")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_an_unreadable_file_is_an_error(tmp_path: Path, read: Reader) -> None:
    """Missing rights are named."""
    (tmp_path / "s").touch(mode=0o000)

    with pytest.raises(UserError, match="Permission denied"):
        read(tmp_path / "s")


def test_a_disk_that_fails_is_an_error(tmp_path: Path, read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of the disk is told in its own words."""

    def fail(*_arguments: object, **_options: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "open", fail)

    with pytest.raises(UserError, match="Input/output error"):
        read(tmp_path / "s")
