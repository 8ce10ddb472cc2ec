"""The files of a report: what they hold, that equal studies give equal files, and that text stays text."""

import dataclasses
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from golden_model.pictures.picture import Picture
from golden_model.studies.page import page as page_module
from golden_model.studies.page.page import Illustration, Page, relative_url, text_of, write_page
from tests.golden_model.studies import example
from tests.golden_model.studies.example import HOSTILE


class Content(HTMLParser):
    """The start tags of a page, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def figure(label: str = "x") -> Picture:
    figure = Picture(6.4, 4.8)
    figure.subplots().plot([1, 2], [3, 4], "o-", label=label)
    figure.axes[0].set(xlabel=label)
    return figure


def small(**changes: Any) -> Page:
    rows = [
        {"bits": 4, "accuracy": 0.123456789, "rounding": "nearest", "file": "a b.toml"},
        {"bits": 16, "accuracy": None, "rounding": "stochastic", "file": None},
        {"bits": 8, "rounding": "nearest", "file": "c.toml"},
    ]
    page = Page(
        "title", "command", "summary", [Illustration("plot", "caption", figure())], list(rows[0]), rows, {}
    )
    return dataclasses.replace(page, link="file", **changes)


def written(folder: Path, page: Page) -> Content:
    write_page(folder, page)
    return Content((folder / "study.html").read_text(encoding="utf-8"))


def test_equal_pages_give_equal_files(folder: Path, tmp_path: Path) -> None:
    page = example.page()
    write_page(tmp_path, page)
    names = {f"{picture.name}.{suffix}" for picture in page.pictures for suffix in ("svg", "png")}
    assert {path.name for path in tmp_path.iterdir()} == {"study.html", "results.parquet", *names}
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (folder / path.name).read_bytes(), path.name


@pytest.mark.parametrize(
    ("failing", "left"),
    [
        ("_parquet", []),
        ("Picture.save", ["results.parquet"]),
        ("_inline", ["plot.png", "plot.svg", "results.parquet"]),
    ],
)
def test_results_are_written_first_and_the_page_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str, left: list[str]
) -> None:
    def fail(*_: Any) -> bytes:
        raise RuntimeError("cannot be written")

    monkeypatch.setattr(f"{page_module.__name__}.{failing}", fail)
    with pytest.raises(RuntimeError):
        write_page(tmp_path, small())
    assert sorted(path.name for path in tmp_path.iterdir()) == left


class TestParquet:
    def test_rows_come_back(self, folder: Path, page: Page) -> None:
        table = pq.read_table(folder / "results.parquet")
        assert table.column_names == page.columns
        assert table.to_pylist() == page.rows

    def test_missing_values_lists_and_numpy_scalars(self, tmp_path: Path) -> None:
        rows = [{"a": np.float32(0.5), "b": [0.5, 0.25], "c": np.bool_(True)}, {"a": np.float32("nan")}]
        write_page(tmp_path, small(columns=["a", "b", "c"], rows=rows))
        assert pq.read_table(tmp_path / "results.parquet").to_pylist() == [
            {"a": 0.5, "b": [0.5, 0.25], "c": True},
            {"a": None, "b": None, "c": None},
        ]

    def test_numbers_among_words_are_text(self, tmp_path: Path) -> None:
        write_page(tmp_path, small(columns=["a"], rows=[{"a": 4}, {"a": "auto"}, {}]))
        assert pq.read_table(tmp_path / "results.parquet")["a"].to_pylist() == ["4", "auto", None]

    def test_bytes_of_names_that_are_no_characters_are_escaped(self, tmp_path: Path) -> None:
        page = written(tmp_path, small(command="eprop -o \udcff", facts={"folder": "\udcfe"}))
        assert r"eprop -o \udcff" in page.text
        metadata = pq.read_schema(tmp_path / "results.parquet").metadata
        assert (metadata[b"command"], metadata[b"folder"]) == (rb"eprop -o \udcff", rb"\udcfe")

    def test_it_says_how_it_was_made(self, tmp_path: Path) -> None:
        write_page(tmp_path, small(facts={"seeds": "0, 1"}))
        metadata = pq.read_schema(tmp_path / "results.parquet").metadata
        assert metadata == {b"title": b"title", b"command": b"command", b"seeds": b"0, 1"}


class TestHtml:
    def test_nothing_comes_from_elsewhere(self, folder: Path) -> None:
        html = (folder / "study.html").read_text(encoding="utf-8")
        content = Content(html)
        sources = [
            value
            for tag, attributes in content.tags
            for name, value in attributes.items()
            if name in ("src", "srcset", "data") or (name.endswith("href") and tag != "a")
        ]
        assert sources
        assert all(str(value).startswith(("#", "data:image/png;base64")) for value in sources)
        assert not {"link", "iframe", "object", "embed", "base", "image-set"} & {
            tag for tag, _ in content.tags
        }
        assert "@import" not in html
        assert re.findall(r"url\((?!#)", html) == []

    def test_ids_are_unique_and_references_lead_to_them(self, tmp_path: Path) -> None:
        pictures = [Illustration(name, name, figure()) for name in ("one", "two")]
        content = written(tmp_path, small(pictures=pictures))
        ids = [attributes["id"] for _, attributes in content.tags if "id" in attributes]
        assert len(ids) == len(set(ids))
        html = (tmp_path / "study.html").read_text(encoding="utf-8")
        references = re.findall(r'(?:href="#|url\(#)([^")]+)', html)
        assert len(references) > 20
        assert set(references) <= set(ids)

    def test_text_stays_text(self, tmp_path: Path) -> None:
        page = small(
            title=HOSTILE,
            command=HOSTILE,
            summary=HOSTILE,
            pictures=[Illustration("plot", HOSTILE, figure(f"{HOSTILE} -->"))],
            columns=[HOSTILE, "file"],
            rows=[{HOSTILE: HOSTILE, "file": f"a{HOSTILE.replace('/', '')}"}],
            facts={HOSTILE: HOSTILE},
            failures=[{"error": HOSTILE}],
        )
        content, plain = written(tmp_path / "hostile", page), written(tmp_path / "plain", small())
        assert content.text.count(HOSTILE) == 10
        for tag in ("script", "img"):
            counts = [sum(one == tag for one, _ in each.tags) for each in (content, plain)]
            assert counts == [tag == "script"] * 2
        assert not any(name.startswith("on") for _, attributes in content.tags for name in attributes)

    def test_cells_show_text_and_keep_the_whole_value(self, tmp_path: Path) -> None:
        cells = [attributes for tag, attributes in written(tmp_path, small()).tags if tag == "td"]
        assert [cell.get("data-key") for cell in cells[1::4]] == ["0.123456789", None, None]
        kinds = [attributes["class"] for tag, attributes in written(tmp_path, small()).tags if tag == "th"]
        assert kinds == ["number", "number", "text", "text"]

    def test_links_lead_to_the_files(self, tmp_path: Path) -> None:
        links = [attributes["href"] for tag, attributes in written(tmp_path, small()).tags if tag == "a"]
        assert links == ["plot.svg", "plot.png", "results.parquet", "a%20b.toml", "c.toml"]

    def test_command_facts_and_caption_are_shown(self, tmp_path: Path) -> None:
        text = written(tmp_path, small(facts={"seeds": "0, 1"})).text
        for part in ("title", "command", "summary", "caption", "seeds", "0, 1", "3 rows"):
            assert part in text
        assert "Failed" not in text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),  # noqa: RUF001
        (np.float64("nan"), "–"),  # noqa: RUF001
        (0.123456, "0.1235"),
        (88123.4, "88123"),
        (1.5e-7, "1.5e-07"),
        (1.0, "1"),
        (16384, "16384"),
        (np.int64(16384), "16384"),
        (True, "yes"),
        (np.bool_(False), "no"),
        ([0.5, None, "a"], "0.5, –, a"),  # noqa: RUF001
    ],
)
def test_values_are_shown_with_sensible_digits(value: Any, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "https://example.org/a", "/etc/a", "//host/a", "../a.toml", "a/../../b", ""],
)
def test_links_out_of_the_folder_are_refused(link: str) -> None:
    with pytest.raises(ValueError, match="is not a path below the folder of the study$"):
        relative_url(link)


@pytest.mark.parametrize("names", [["a", "a"], ["a/b"], [""], ["a b"]])
def test_names_that_are_no_file_stems_are_refused(names: list[str], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="does not have a name of its own"):
        write_page(tmp_path, small(pictures=[Illustration(name, "", figure()) for name in names]))
    assert list(tmp_path.iterdir()) == []
