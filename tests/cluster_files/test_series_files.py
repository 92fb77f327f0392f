"""Load series from CSV files."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordain.cluster.series_files import CsvSeries
from ordain.errors import UserError
from ordain.model.live import Series


def test_one_file_is_one_series(tmp_path: Path) -> None:
    """The name is the file's stem, an empty value is None; Unix seconds and ISO 8601 may stand side by side."""
    file = tmp_path / "rps.csv"
    file.write_text("ts,value\n1767225600,1.5\n2026-01-01T00:01:00Z,\n2026-01-01T01:02:00+01:00,2\n\n")

    expected = {"rps": Series("rps", (1767225600, 1767225660, 1767225720), (1.5, None, 2.0))}

    assert expected == CsvSeries(file).read()


def test_a_byte_order_mark_and_windows_lines_are_fine(tmp_path: Path) -> None:
    """A file that a spreadsheet wrote reads like any other."""
    file = tmp_path / "rps.csv"
    file.write_bytes(b"\xef\xbb\xbfts,value\r\n1,2\r\n")

    assert {"rps": Series("rps", (1,), (2.0,))} == CsvSeries(file).read()


def test_a_folder_gives_a_series_per_file(tmp_path: Path) -> None:
    """In the order of their names; other files are left alone."""
    for name in ("b.csv", "a.csv", "README.md"):
        (tmp_path / name).write_text("ts,value\n1,2\n")

    assert list(CsvSeries(tmp_path).read()) == ["a", "b"]


BAD = {
    "empty": ("", ":1: the first line is not `ts,value`"),
    "no header": ("1,2\n", ":1: the first line is not `ts,value`"),
    "no points": ("ts,value\n", ": the series holds no points"),
    "not sorted": ("ts,value\n60,1\n0,1\n", ":3: the time 0 comes after a later one"),
    "one time twice": ("ts,value\n60,1\n60,2\n", ":3: the time 60 comes twice"),
    "no number": ("ts,value\n60,many\n", ":2: 'many' is no number"),
    "not a number": ("ts,value\n60,NaN\n", ":2: 'NaN' is no number"),
    "infinite": ("ts,value\n60,1e999\n", ":2: '1e999' is no number"),
    "underscore": ("ts,value\n60,1_000\n", ":2: '1_000' is no number"),
    "no time": ("ts,value\nnoon,1\n", ":2: 'noon' is no time"),
    "no offset": ("ts,value\n2026-01-01T00:00:00,1\n", ":2: the time 2026-01-01T00:00:00 does not say its offset"),
    "milliseconds": ("ts,value\n1767225600000,1\n", ":2: '1767225600000' is no time in whole seconds"),
    "fraction": ("ts,value\n2026-01-01T00:00:00.5Z,1\n", "whole seconds"),
    "negative": ("ts,value\n1960-01-01T00:00:00Z,1\n", "whole seconds"),
    "three columns": ("ts,value\n60,1,2\n", ":2: this row has 3 columns"),
    "open quote": ('ts,value\n60,"1\n', "this is not CSV"),
}


@pytest.mark.parametrize(("content", "message"), BAD.values(), ids=BAD.keys())
def test_a_wrong_series_is_refused_with_its_line(tmp_path: Path, content: str, message: str) -> None:
    """The file and the line stand before the message."""
    (tmp_path / "rps.csv").write_text(content)

    with pytest.raises(UserError) as caught:
        CsvSeries(tmp_path / "rps.csv", shown="rps.csv").read()

    assert str(caught.value).startswith("rps.csv:")
    assert message in str(caught.value)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    """The line with the byte is named."""
    (tmp_path / "rps.csv").write_bytes(b"ts,value\n60,\xff\n")

    with pytest.raises(UserError, match=r"rps\.csv:2: this is not UTF-8"):
        CsvSeries(tmp_path / "rps.csv").read()


@pytest.mark.parametrize("limit", ["MAX_POINTS", "MAX_CSV"])
def test_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    """A file has a limit of points and of bytes."""
    monkeypatch.setattr(f"ordain.cluster.series_files.{limit}", 2)
    (tmp_path / "rps.csv").write_text("ts,value\n1,1\n2,2\n3,3\n")

    with pytest.raises(UserError, match="more than 2"):
        CsvSeries(tmp_path / "rps.csv").read()


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    """It is named."""
    with pytest.raises(UserError, match=r"rps\.csv: cannot read the series: No such file"):
        CsvSeries(tmp_path / "rps.csv").read()


def test_a_folder_without_series_is_an_error(tmp_path: Path) -> None:
    """No series is a mistake in the settings, not an absence of load."""
    with pytest.raises(UserError, match=r"the folder holds no \.csv files"):
        CsvSeries(tmp_path).read()


@given(
    st.dictionaries(st.integers(0, 10**10), st.none() | st.floats(allow_nan=False, allow_infinity=False), min_size=1)
)
def test_any_series_comes_back(tmp_path_factory: pytest.TempPathFactory, points: dict[int, float | None]) -> None:
    """What is written as CSV is read as it was."""
    file = tmp_path_factory.mktemp("series") / "a.csv"
    times = tuple(sorted(points))
    rows = (f"{time},{'' if points[time] is None else points[time]}\n" for time in times)
    file.write_text("ts,value\n" + "".join(rows))

    assert {"a": Series("a", times, tuple(points[time] for time in times))} == CsvSeries(file).read()
