"""The report as a reader sees it: in Chromium, from a file, without a network."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Page as Tab

from golden_model.studies.page.page import Page, text_of
from tests.golden_model.studies import example

WIDTHS = (1280, 400)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("the report is looked at in Chromium, which is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(params=WIDTHS)
def width(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def tab(browser: Browser, folder: Path, width: int) -> Iterator[Tab]:
    """The report, opened without a network; whatever it asks for or complains of fails the test."""
    context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
    requests: list[str] = []
    complaints: list[str] = []
    context.on("request", lambda request: requests.append(request.url))
    tab = context.new_page()
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("dialog", lambda dialog: complaints.append(dialog.message))
    tab.goto((folder / "study.html").as_uri())
    yield tab
    context.close()
    assert [url for url in requests if not url.startswith("data:")] == [(folder / "study.html").as_uri()]
    assert complaints == []


def shown(tab: Tab) -> list[list[str]]:
    """Return the text of all rows of the first table."""
    return tab.evaluate(
        "[...document.querySelector('table').tBodies[0].rows].map(r => [...r.cells].map(c => c.textContent))"
    )


def in_order(rows: list[dict[str, Any]], column: str, *, descending: bool) -> list[dict[str, Any]]:
    present = [row for row in rows if row[column] is not None]
    missing = [row for row in rows if row[column] is None]
    key = text_of if column == "front" else lambda value: value
    return sorted(present, key=lambda row: key(row[column]), reverse=descending) + missing


@pytest.mark.parametrize("width", [1280], indirect=True)
def test_headers_sort_as_python_does(tab: Tab, page: Page) -> None:
    rows = [dict(row) for row in page.rows]
    assert shown(tab) == [[text_of(row[name]) for name in page.columns] for row in rows]
    for column in page.columns:
        header = tab.locator("table").first.locator(
            "th", has=tab.get_by_role("button", name=column, exact=True)
        )
        for state in ("ascending", "descending"):
            header.get_by_role("button").click()
            rows = in_order(rows, column, descending=state == "descending")
            assert shown(tab) == [[text_of(row[name]) for name in page.columns] for row in rows], column
            assert header.get_attribute("aria-sort") == state
        assert tab.locator("table").first.locator("th:not([aria-sort=none])").count() == 1


@pytest.mark.parametrize("width", [400], indirect=True)
def test_headers_are_reached_by_keyboard(tab: Tab) -> None:
    header = tab.locator("table").first.locator("th").nth(3)
    header.get_by_role("button").focus()
    tab.keyboard.press("Enter")
    assert header.get_attribute("aria-sort") == "ascending"
    tab.keyboard.press("Tab")
    tab.keyboard.press("Space")
    assert tab.locator("table").first.locator("th").nth(4).get_attribute("aria-sort") == "ascending"


def test_page_is_no_wider_than_the_window(tab: Tab, width: int) -> None:
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.evaluate("document.body.scrollWidth") <= width
    if width == 400:
        assert tab.locator(".scroll").first.evaluate("box => box.scrollWidth > box.clientWidth")


def test_numbers_are_not_broken(tab: Tab) -> None:
    heights = tab.locator("table").first.evaluate(
        "table => [...table.querySelectorAll('tbody tr')].map(row => row.getBoundingClientRect().height)"
    )
    assert max(heights) < 2 * 1.5 * 14  # two lines of text


def test_pictures_are_visible_and_large_enough_to_read(tab: Tab, page: Page, width: int) -> None:
    pictures = tab.locator("figure > svg").all()
    assert len(pictures) == len(page.pictures)
    for picture in pictures:
        picture.scroll_into_view_if_needed()
        assert picture.is_visible()
        box = picture.bounding_box()
        assert box is not None
        assert 0 <= box["x"] < box["x"] + box["width"] <= width
        # The smallest text is 8 units high.
        assert 8 * picture.evaluate("svg => svg.getScreenCTM().a") >= 8
        assert (
            picture.evaluate(
                "svg => [...svg.querySelectorAll('path, use')].filter(p => p.getBBox().width).length"
            )
            > 20
        )


@pytest.mark.parametrize("width", [1280], indirect=True)
def test_pictures_come_before_tables(tab: Tab) -> None:
    last = tab.locator("figure").last.bounding_box()
    table = tab.locator("table").first.bounding_box()
    assert last is not None
    assert table is not None
    assert last["y"] + last["height"] < table["y"]


@pytest.mark.parametrize("width", [1280], indirect=True)
def test_links_lead_to_files(tab: Tab, folder: Path) -> None:
    links = tab.evaluate(
        "[...document.querySelectorAll('a')].map(a => a.getAttribute('href') ?? a.getAttribute('xlink:href'))"
    )
    for link in links:
        assert (folder / unquote(link)).is_file(), link
    points = [point.link for point in (*example.grid().points, *example.search().points) if point.scores]
    assert set(points) <= {unquote(link) for link in links}


@pytest.mark.parametrize("width", [1280], indirect=True)
def test_a_cell_can_be_clicked_wherever_it_is_hit(tab: Tab) -> None:
    hit = (
        tab.locator("figure")
        .first.locator("svg a")
        .nth(5)
        .evaluate(
            """cell => {
            cell.scrollIntoView({block: "center"});
            const box = cell.getBoundingClientRect();
            const shares = Array.from({length: 25}, (_, i) => 0.1 + 0.8 * i / 24);
            return shares.flatMap(x => shares.map(y => {
                const top = document.elementFromPoint(box.x + x * box.width, box.y + y * box.height);
                return top.closest("a")?.getAttribute("xlink:href");
            }));
        }"""
        )
    )
    assert {unquote(str(link)) for link in hit} == {"configurations/8 4 stochastic.toml"}


@pytest.mark.parametrize("width", [400], indirect=True)
def test_failed_trials_are_shown_as_text(tab: Tab) -> None:
    assert tab.locator("table").nth(1).locator("td").nth(1).text_content() == example.HOSTILE
