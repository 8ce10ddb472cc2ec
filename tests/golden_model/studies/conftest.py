"""One report for all tests that only look at it."""

from pathlib import Path

import pytest

from golden_model.studies.page import Page, write_page
from tests.golden_model.studies import example


@pytest.fixture(scope="session")
def page() -> Page:
    return example.page()


@pytest.fixture(scope="session")
def folder(page: Page, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the report was written to, with the files that its points lead to."""
    folder = tmp_path_factory.mktemp("study")
    example.write_configurations(folder)
    write_page(folder, page)
    return folder
