"""Hosts that misbehave at the pins: each case ends in proving that the chip is in a defined state."""

import json
import os
import re
from pathlib import Path
from uuid import uuid4

import pytest
from filelock import FileLock

from tests.helpers.pins import FOLDER, launch, problems
from tests.pins.bad_hosts import CONFIG, LANES

BENCHES = [f"bad_{part}_bench" for part in ("spi", "access", "event", "target", "tick", "reset")]
TEST = re.compile(r"^@cocotb\.test\(\)\nasync def (\w+)", re.MULTILINE)
HERE = Path(__file__).parent
NAMES = [name for bench in BENCHES for name in TEST.findall((HERE / f"{bench}.py").read_text("utf-8"))]


@pytest.fixture(scope="module")
def found() -> dict[str, str]:
    """Return the problem of each test, launched once in a run of tests by all its workers."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid4().hex)
    FOLDER.mkdir(parents=True, exist_ok=True)
    kept = FOLDER / "bad-hosts.json"
    with FileLock(FOLDER / "bad-hosts.lock"):
        if kept.exists():
            of_run, results = json.loads(kept.read_text(encoding="utf-8"))
            if of_run == run:
                return dict(results)
        results = problems(launch(CONFIG, LANES, [f"tests.pins.{bench}" for bench in BENCHES], much=True))
        kept.write_text(json.dumps((run, results)), encoding="utf-8")
    return results


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_bad_host(name: str, found: dict[str, str]) -> None:
    assert found[name] == ""
