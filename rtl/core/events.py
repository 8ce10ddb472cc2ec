"""What arrives in a time step: the set of input events and of spikes, in ascending order."""

from typing import Any

from amaranth.hdl import Array, Cat, Elaboratable, Module, Signal, Value
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from golden_model.network.config import Config

WORD = 16  # indices that are looked at together


class Events(wiring.Component):
    """Collects events for the next time step, and lists those of the present one with its spikes.

    Attributes
    ----------
    latency : int
        Cycles from `swap` or a spike until the index is there; from `take` to the next one it is one.
    event : In, a stream
        Lines with an event; not ready in the cycle of `swap`.
    swap : In
        A time step begins: what was collected becomes current, what was current is forgotten.
    fire, spike, spike_word : In
        Neurons that fire, of a word of lanes.
    lists : In
        All spikes are there; list them.
    preset, preset_index, preset_spike : In
        Set or clear the spike of a neuron.
    forget : In
        Drop the events and spikes of the present step; what was collected for the next one stays.
    valid, index, has_event, has_spike : Out
        The least index with an event, a spike or both.
    take : In
        On to the next index.
    empty : Out
        No index is left to be listed.
    """

    latency = 2

    def __init__(self, config: Config, lanes: int) -> None:
        self.lanes = lanes
        most = max(config.n_in, config.n_rec)
        self.words = -(-most // WORD)
        self.spike_words = -(-config.n_rec // lanes)
        super().__init__(
            {
                "event": In(stream.Signature(range(config.n_in))),
                "swap": In(1),
                "forget": In(1),
                "preset": In(1),
                "preset_index": In(range(most)),
                "preset_spike": In(1),
                "spike": In(lanes),
                "spike_word": In(range(self.spike_words)),
                "fire": In(1),
                "lists": In(1),
                "valid": Out(1),
                "index": Out(range(most)),
                "has_event": Out(1),
                "has_spike": Out(1),
                "take": In(1),
                "empty": Out(1),
            }
        )

    def elaborate(self, platform: Any) -> Elaboratable:
        """Return the hardware."""
        m = Module()
        bits = self.words * WORD
        collected = Signal(bits)
        events = Signal(bits, name="current")
        spikes = Signal(bits)
        m.d.comb += self.event.ready.eq(~self.swap)
        with m.If(self.event.valid & self.event.ready):
            m.d.sync += collected.bit_select(self.event.payload, 1).eq(1)
        with m.If(self.fire):
            m.d.sync += spikes.word_select(self.spike_word, self.lanes).eq(self.spike)
        with m.If(self.preset):
            m.d.sync += spikes.bit_select(self.preset_index, 1).eq(self.preset_spike)
        self._list(m, events, spikes)
        with m.If(self.swap):
            m.d.sync += [events.eq(collected), collected.eq(0)]
        with m.If(self.forget):
            m.d.sync += [events.eq(0), spikes.eq(0)]
        return m

    def _list(self, m: Module, events: Signal, spikes: Signal) -> None:
        """List the least index, and forget it."""
        some, found, has_event, has_spike = self._find(m, events, spikes)
        with m.If(self.lists & (~self.valid | self.take) & some):
            m.d.sync += [
                self.valid.eq(1),
                self.index.eq(found),
                self.has_event.eq(has_event),
                self.has_spike.eq(has_spike),
                events.bit_select(found, 1).eq(0),
                spikes.bit_select(found, 1).eq(0),
            ]
        with m.Elif(self.take):
            m.d.sync += self.valid.eq(0)

    def _find(self, m: Module, events: Signal, spikes: Signal) -> tuple[Value, Value, Value, Value]:
        """Return whether there is an index, and the least one, its word found first, with what it has."""
        pending = Signal(self.words)
        m.d.comb += pending.eq(
            Cat(((events | spikes).word_select(word, WORD) != 0) for word in range(self.words))
        )
        m.d.comb += self.empty.eq(pending == 0)
        word = Signal(range(self.words))
        _first(m, pending, word)
        event_word, spike_word = (
            Array(members.word_select(n, WORD) for n in range(self.words))[word]
            for members in (events, spikes)
        )
        both = Signal(WORD)
        place = Signal(range(WORD))
        m.d.comb += both.eq(event_word | spike_word)
        _first(m, both, place)
        has_event, has_spike = (members.bit_select(place, 1) for members in (event_word, spike_word))
        return pending != 0, Cat(place, word), has_event, has_spike


def _first(m: Module, members: Signal, index: Signal) -> None:
    """Set an index to that of the least bit that is set."""
    for n in reversed(range(len(members))):
        with m.If(members[n]):
            m.d.comb += index.eq(n)
