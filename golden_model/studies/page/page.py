"""The report of a study: one page that needs no other file, its pictures, and its results as Parquet."""

import io
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import jinja2
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from markupsafe import Markup

from golden_model.files.files import write_atomically
from golden_model.pictures.picture import Picture

MISSING = "–"  # noqa: RUF001, a dash as wide as a figure


@dataclass(frozen=True)
class Illustration:
    """A figure with its caption.

    Attributes
    ----------
    name : str
        Stem of its files: letters, digits, `_` and `-`.
    caption : str
    figure : Picture
    """

    name: str
    caption: str
    figure: Picture


@dataclass(frozen=True)
class Page:
    """What the report of a study shows.

    Attributes
    ----------
    title : str
    command : str
        The exact command that the study was started with.
    summary : str
        The result in a few sentences.
    pictures : sequence of Illustration
    columns : sequence of str
        Columns of the table, in order.
    rows : sequence of mapping of str to value
        A number, text, a bool, a list of these, or None where there is none; a column may be missing.
    facts : mapping of str to str
        Seeds, versions and the like.
    link : str, optional
        Column whose value is a link, relative to the page, to a configuration file.
    failures : sequence of mapping of str to value
        Trials that failed, with their errors: a table of their own.
    """

    title: str
    command: str
    summary: str
    pictures: Sequence[Illustration]
    columns: Sequence[str]
    rows: Sequence[Mapping[str, Any]]
    facts: Mapping[str, str]
    link: str | None = None
    failures: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Cell:
    """A cell of a table: what it shows, what it is sorted by (None: missing), and where it leads."""

    text: str
    kind: str
    key: str | None
    link: str | None = None


@dataclass(frozen=True)
class Table:
    """A table as the template shows it; the kind of a column is number or text."""

    title: str
    kinds: Mapping[str, str]
    rows: Sequence[Sequence[Cell]]


def write_page(folder: Path, page: Page) -> None:
    """Write results.parquet, NAME.svg and NAME.png of every picture, and study.html last.

    Every file is written whole or not at all; equal pages give equal bytes.

    Raises
    ------
    ValueError
        If two pictures have the same name, a name is not a file stem, or a link leads out of the folder.
    OSError
        If a file cannot be written.
    """
    names = [picture.name for picture in page.pictures]
    for name in names:
        if not re.fullmatch(r"[\w-]+", name) or names.count(name) > 1:
            raise ValueError(f"picture {name!r} does not have a name of its own, of letters, digits, _ and -")
    tables = _tables(page)
    write_results(folder, page)
    for picture in page.pictures:
        picture.figure.save(folder / f"{picture.name}.png")
        picture.figure.save(folder / f"{picture.name}.svg")
    drawings = {name: _inline((folder / f"{name}.svg").read_text(encoding="utf-8"), name) for name in names}
    html = _template().render(page=page, tables=tables, drawings=drawings)
    write_atomically(folder / "study.html", _encoded(html))


def write_results(folder: Path, page: Page) -> None:
    """Write results.parquet, into a folder that is created if it is missing.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(folder / "results.parquet", _parquet(page))


def relative_url(link: str) -> str:
    """Return a relative path as it is written in a link.

    Raises
    ------
    ValueError
        If it is not a path that stays in its folder.
    """
    if urlsplit(link).scheme or link.startswith(("/", "\\")) or ".." in Path(link).parts or not link:
        raise ValueError(f"{link!r} is not a path below the folder of the study")
    return quote(link)


def _template() -> jinja2.Template:
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    environment = jinja2.Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template("page.html.jinja")


def _tables(page: Page) -> list[Table]:
    """Return the table of results, and that of failures if there are any."""
    results = _table("Results", page.columns, page.rows, page.link)
    columns = list(dict.fromkeys(name for failure in page.failures for name in failure))
    failures = _table("Failed trials", columns, page.failures, page.link)
    return [results, failures] if page.failures else [results]


def _table(title: str, names: Sequence[str], rows: Sequence[Mapping[str, Any]], link: str | None) -> Table:
    kinds = {name: _kind([_plain(row.get(name)) for row in rows]) for name in names}
    cells = [[_cell(row.get(name), kind, name == link) for name, kind in kinds.items()] for row in rows]
    return Table(title, kinds, cells)


def _kind(values: Sequence[Any]) -> str:
    return "number" if all(value is None or _is_number(value) for value in values) else "text"


def _cell(value: Any, kind: str, is_link: bool) -> Cell:
    value = _plain(value)
    if value is None:
        return Cell(MISSING, kind, None)
    text = text_of(value)
    return Cell(text, kind, str(value) if kind == "number" else text, relative_url(text) if is_link else None)


def _plain(value: Any) -> Any:
    """Return a NumPy scalar as the Python value, and what is not a number as None."""
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and math.isnan(value) else value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def text_of(value: Any) -> str:
    """Return a value as a table shows it: four digits or those before the point, a dash for None."""
    match _plain(value):
        case None:
            return MISSING
        case bool(truth):
            return "yes" if truth else "no"
        case float(number):
            return f"{number:.0f}" if 1e3 <= abs(number) < 1e15 else f"{number:.4g}"
        case list(values) | tuple(values):
            return ", ".join(text_of(one) for one in values)
        case other:
            return str(other)


def _encoded(text: str) -> bytes:
    """Return a text in UTF-8, with escapes for bytes of names that are no characters."""
    return text.encode("utf-8", "backslashreplace")


def _parquet(page: Page) -> bytes:
    """Return the rows as a Parquet file, with the command and the facts as metadata."""
    arrays = [array_of([_plain(row.get(name)) for row in page.rows]) for name in page.columns]
    facts = {"title": page.title, "command": page.command, **page.facts}
    metadata = {name: _encoded(fact) for name, fact in facts.items()}
    content = io.BytesIO()
    pq.write_table(pa.table(arrays, names=list(page.columns), metadata=metadata), content)
    return content.getvalue()


def array_of(values: Sequence[Any]) -> pa.Array:
    """Return a column; one of numbers and text, or of integers beyond 64 bits, is a column of text."""
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return pa.array([None if value is None else str(value) for value in values])


def _inline(svg: str, name: str) -> Markup:
    """Return an SVG file as an element of a page that has others: ids are its own, comments left out."""
    svg = re.sub(r"<!--.*?-->\s*", "", svg[svg.index("<svg") :], flags=re.DOTALL)
    svg = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", svg)
    return Markup(svg)
