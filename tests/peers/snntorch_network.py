"""Train a small recurrent network with snnTorch and record what it does.

    python tests/peers/snntorch_network.py FOLDER

writes snntorch.nir, the trained network, and snntorch.npz, what it does with one batch of samples:

    events   bool [sample, tick, line]      what arrives
    spikes   bool [sample, tick, neuron]    of snnTorch, one tick earlier than a core's
    readout  float32 [sample, tick, k]      potentials of the readouts

The task: tell which of two groups of lines had more events. Needs snntorch and torch.
"""

import sys
from pathlib import Path

import nir
import numpy as np
import snntorch as snn
import torch
from snntorch.export_nir import export_to_nir

SEED, N_IN, N_REC, N_OUT, N_TICKS, BATCH, STEPS = 7, 12, 24, 2, 40, 32, 150
BETA, READOUT_BETA = 31457 / 2**15, 115 / 2**7  # leaks that registers hold exactly


class Network(torch.nn.Module):
    """RLeaky neurons with reset by subtraction, and Leaky readouts without reset."""

    def __init__(self) -> None:
        super().__init__()
        self.w_in = torch.nn.Linear(N_IN, N_REC, bias=False)
        self.lif = snn.RLeaky(beta=torch.full((N_REC,), BETA), linear_features=N_REC, init_hidden=True)
        self.lif.recurrent = torch.nn.Linear(N_REC, N_REC, bias=False)
        self.w_out = torch.nn.Linear(N_REC, N_OUT, bias=False)
        # A vector, since the export wants every parameter in the shape of beta.
        beta, threshold = torch.full((N_OUT,), READOUT_BETA), torch.ones(N_OUT)
        self.li = snn.Leaky(beta, threshold, reset_mechanism="none", init_hidden=True, output=True)

    def forward(self, events: torch.Tensor) -> torch.Tensor:
        """One tick; returns the spikes of the readout, as nirtorch wants one result."""
        return self.li(self.w_out(self.lif(self.w_in(events))))[0]

    def run(self, events: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return spikes and readout potentials, both [tick, sample, n], of events [tick, sample, line]."""
        self.lif.reset_mem()
        self.li.reset_mem()
        spikes, readout = [], []
        for tick in events:
            self(tick)
            spikes.append(self.lif.spk)
            readout.append(self.li.mem)
        return torch.stack(spikes), torch.stack(readout)


def make_samples(rng: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Return events [tick, sample, line] and labels."""
    labels = rng.integers(0, 2, BATCH)
    rates = np.where(np.arange(N_IN) % 2 == labels[:, None], 0.12, 0.04)
    events = rng.random((N_TICKS, BATCH, N_IN)) < rates
    return torch.tensor(events, dtype=torch.float32), torch.tensor(labels)


def train(network: Network, rng: np.random.Generator) -> float:
    """Train, and return the accuracy of the last ten batches."""
    optimizer = torch.optim.Adam(network.parameters(), lr=5e-3)
    right = []
    for _ in range(STEPS):
        events, labels = make_samples(rng)
        _, readout = network.run(events)
        answer = readout.mean(dim=0)
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(answer, labels).backward()
        optimizer.step()
        right.append((answer.argmax(dim=1) == labels).float().mean().item())
    return float(np.mean(right[-10:]))


def main(folder: Path) -> None:
    """Train, export and record."""
    torch.manual_seed(SEED)
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)
    rng = np.random.default_rng(SEED)
    network = Network()
    print(f"accuracy {train(network, rng):.1%}")
    events, _ = make_samples(rng)
    with torch.no_grad():
        spikes, readout = network.run(events)
    nir.write(folder / "snntorch.nir", export_to_nir(network, torch.zeros(1, N_IN), ignore_dims=[0]))
    arrays = {"events": events.bool(), "spikes": spikes.bool(), "readout": readout}
    by_sample = {name: array.numpy().swapaxes(0, 1) for name, array in arrays.items()}
    np.savez_compressed(folder / "snntorch.npz", **by_sample)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
