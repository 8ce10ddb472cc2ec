"""What tests of the co-simulation need of a machine."""

from shutil import which

import pytest

from cosim.run.build import SIMULATORS


@pytest.fixture(params=SIMULATORS)
def simulator(request: pytest.FixtureRequest) -> str:
    """Each of the simulators, which have to be there."""
    if request.param == "icarus" and which("iverilog") is None:
        pytest.fail("circuits run on Icarus Verilog too, which is not installed: apt-get install iverilog")
    return str(request.param)
