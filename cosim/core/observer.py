"""Spikes and readouts of one time step, put together from the records of the trace port."""

from typing import Any

import numpy as np

from golden_model.core.records import PHASES
from golden_model.network.config import Config
from golden_model.network.formats import Int64Array
from golden_model.network.parameters import Parameters
from rtl.core.trace_port import PLACE_BITS, layouts

BITS = {phase.name: 1 << bit for bit, phase in enumerate(PHASES)}
STEP, READOUT = BITS["step"], BITS["readout"]
UNSEEN = -(2**31)  # beyond every signal


class Observer:
    """What the trace port shows of *step* and winner.

    Parameters
    ----------
    dut : handle
    config : Config
    lanes : int
    parameters : Parameters
        The network, whose neurons and readouts are kept.

    Attributes
    ----------
    spike, readout : int64 array [n_rec], [n_out]
        Of this time step; `UNSEEN` where there was no record.
    """

    def __init__(self, dut: Any, config: Config, lanes: int, parameters: Parameters) -> None:
        fields = layouts(config, lanes)
        self._dut = dut
        self._lanes = lanes
        self._bits = config.membrane_bits
        self._spike = fields["step"]["spike"].offset
        self._readout = fields["readout"]["readout"].offset
        self.spike: Int64Array = np.empty(parameters.n_rec, np.int64)
        self.readout: Int64Array = np.empty(parameters.n_out, np.int64)

    def clear(self) -> None:
        """Forget the last time step."""
        self.spike[:] = UNSEEN
        self.readout[:] = UNSEEN

    def look(self) -> bool:
        """Take in what the port shows in this cycle; tell whether it was the last of interest."""
        phase = int(self._dut.trace__phase.value)
        if not phase & (STEP | READOUT):
            return False
        record = self._dut.trace__record.value.to_unsigned()
        if phase & STEP:
            word = self._dut.trace__index.value.to_unsigned() % (1 << PLACE_BITS)
            self._keep_spikes(word, record >> self._spike)
        if phase & READOUT:
            self._keep_readouts(record >> self._readout)
        return bool(phase & READOUT)

    def _keep_spikes(self, word: int, record: int) -> None:
        first = word * self._lanes
        for j in range(first, min(first + self._lanes, self.spike.size)):
            self.spike[j] = record >> j - first & 1

    def _keep_readouts(self, record: int) -> None:
        sign = 1 << self._bits - 1
        for k in range(self.readout.size):
            value = record >> k * self._bits & 2 * sign - 1
            self.readout[k] = (value ^ sign) - sign
