"""The circuits that hold mutations, and running some of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from golden_model.network.config import Config
from tests.mutation import Mutation, chip_mutations, core_mutations
from tests.mutation.job import Found, MutatedJob, launch
from tests.mutation.networks import CHIP_CONFIG, CHIP_NETWORKS, CONFIG, LANES, NETWORKS, vector_of
from tests.widths.networks import WidthSet

NONE = Mutation("none", "nothing: the circuit as it is", "", "", "")


@dataclass(frozen=True)
class Circuit:
    """A circuit, its mutations by block, those that change no result, and who looks at them."""

    face: str
    config: Config
    networks: Sequence[WidthSet]
    bench: str
    blocks: dict[str, tuple[Mutation, ...]]
    equivalent: tuple[Mutation, ...]

    @property
    def mutations(self) -> tuple[Mutation, ...]:
        """Those that have to be caught."""
        return tuple(mutation for block in self.blocks.values() for mutation in block)

    @property
    def job(self) -> MutatedJob:
        """What is built: all mutations in one circuit."""
        every = self.mutations + self.equivalent
        return MutatedJob(self.config, LANES, [], face=self.face, mutations=every)

    def run(self, mutations: Sequence[Mutation]) -> list[tuple[Mutation, Found]]:
        """Return what is seen of the circuit without a mutation, and then of some mutations."""
        job, chosen = self.job, [NONE, *mutations]
        numbers = {mutation: number for number, mutation in enumerate((NONE, *job.mutations))}
        stimuli = {network.name: self._stimuli(network) for network in self.networks}
        found = launch(job, self.bench, [numbers[mutation] for mutation in chosen], stimuli)
        return list(zip(chosen, found, strict=True))

    def has_to_be_seen(self, mutation: Mutation) -> bool:
        """Whether something has to be seen of a mutation, or must not."""
        return mutation in self.mutations

    def _stimuli(self, network: WidthSet) -> Any:
        vector = vector_of(network, self.config)
        return vector if self.face == "soc" else (vector.parameters, vector.weights, vector.samples[:-1])


CIRCUITS = (
    Circuit(
        "soc", CONFIG, NETWORKS, "tests.mutation.core_bench", core_mutations.BLOCKS, core_mutations.EQUIVALENT
    ),
    Circuit(
        "chip",
        CHIP_CONFIG,
        CHIP_NETWORKS,
        "tests.mutation.chip_bench",
        chip_mutations.BLOCKS,
        chip_mutations.EQUIVALENT,
    ),
)
