"""The core: a network that runs and learns, time step after time step."""

from typing import Any

from amaranth.hdl import Array, Cat, Const, Elaboratable, Module, Mux, Signal, Value, signed
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out, connect, flipped

from golden_model.config import Config
from golden_model.formats import Formats
from golden_model.synapse import GROUP
from rtl.events import Events
from rtl.learning import Learning
from rtl.neuron import Neuron
from rtl.readout import Readout, greater
from rtl.registers import BUS_BITS, Registers
from rtl.storage import ACCESS, Space, Storage, output_lanes
from rtl.synapse import Synapses
from rtl.trace import Trace, grown
from rtl.trace_port import emit, place, port_signature

__all__ = ["LANES", "Core", "Space"]

LANES = (1, 2, 4, 8, 16)
DRAIN = 5  # cycles until a neuron's share of the group is in place
KINDS = ("in", "rec", "out")
UPDATE = {"random": "random", "before": "before", "after": "updated"}


class Core(wiring.Component):
    """See docs/rtl.md for the face of the core and the order of its phases.

    Parameters
    ----------
    config : Config
    lanes : int
        Synapses of each weight array per cycle: 1, 2, 4, 8 or 16. They never change a result.
    trace : bool
        With a trace port.

    Attributes
    ----------
    latency : int
        Cycles from a `tick` that starts a sample without events until `ready`.

    Raises
    ------
    ValueError
        `lanes` is none of these.
    """

    latency = 3

    def __init__(self, config: Config, *, lanes: int = 16, trace: bool = False) -> None:
        if lanes not in LANES:
            raise ValueError(f"lanes = {lanes} is not one of {', '.join(map(str, LANES))}")
        self.config, self.lanes, self.traced = config, lanes, trace
        potential = signed(Formats(config).membrane.bits)
        members: dict[str, Any] = {
            "tick": In(1),
            "sample": In(1),
            "target_valid": In(1),
            "infer": In(1),
            "ready": Out(1),
            "idle": Out(1),
            "frozen": Out(1),
            "event": In(stream.Signature(range(config.n_in))),
            "target": In(stream.Signature(potential)),
            "target_request": Out(1),
            "result": Out(stream.Signature(potential)),
            "register": In(wiring.Signature({"write": Out(1), "number": Out(9), "data": Out(BUS_BITS)})),
            "access": In(ACCESS),
        }
        if trace:
            members["trace"] = Out(port_signature(config, lanes))
        super().__init__(members)

    def elaborate(self, platform: Any) -> Elaboratable:
        """Return the hardware."""
        m = Module()
        config, lanes = self.config, self.lanes
        self.out_lanes = output_lanes(config, lanes)
        m.submodules.registers = self.registers = registers = Registers(config)
        self.storage = Storage(config, lanes)
        m.submodules.events = self.events = Events(config, lanes)
        m.submodules.neuron = self.neuron = Neuron(config, lanes, registers)
        self.traces = {kind: Trace(config, kind, lanes, registers) for kind in KINDS}
        for kind, trace in self.traces.items():
            setattr(m.submodules, f"trace_{kind}", trace)
        m.submodules.readout = self.readout = Readout(config, self.out_lanes, registers)
        m.submodules.learning = self.learning = Learning(config, self.out_lanes, registers)
        self.synapses = {kind: Synapses(config, kind, lanes, registers) for kind in KINDS[:2]}
        for kind, synapses in self.synapses.items():
            setattr(m.submodules, f"synapses_{kind}", synapses)
        connect(m, flipped(self.event), self.events.event)
        m.d.comb += [
            registers.write.eq(self.register.write),
            registers.number.eq(self.register.number),
            registers.data.eq(self.register.data),
        ]
        self._sizes(m)
        self._host(m)
        self._order(m)
        self._step(m)
        self._learn(m)
        self._rows(m)
        self._propagate(m)
        self._clear(m)
        if self.traced:
            self._trace(m)
        return m

    def _sizes(self, m: Module) -> None:
        """Work out the last word of each kind of state from the registers of the network's sizes."""
        registers, shift = self.registers, self.lanes.bit_length() - 1
        out_shift = self.out_lanes.bit_length() - 1
        most = greater(greater(registers.num_inp_neur, registers.num_rec_neur), registers.num_out_neur)
        self.last_pair = Signal(10)
        self.last_step = Signal(10)
        self.last_in = Signal(10)
        self.last_rec = Signal(10)
        self.last_out = Signal(6)
        m.d.sync += [
            self.last_pair.eq(most >> 1),
            self.last_step.eq((most | 1) >> shift),
            self.last_in.eq(registers.num_inp_neur >> shift),
            self.last_rec.eq(registers.num_rec_neur >> shift),
            self.last_out.eq(registers.num_out_neur >> out_shift),
        ]

    def _host(self, m: Module) -> None:
        """Take targets: a label when there is none, those of a regression while the error is worked out."""
        registers = self.registers
        self.label = Signal(self.target.payload.shape())
        self.labelled = Signal()
        self.error_set = Signal()  # the last error is set in this cycle
        self.turn = Signal(range(self.config.n_out), name="readout_turn")
        with m.If(~registers.regression):
            m.d.comb += self.target.ready.eq(~self.labelled)
            with m.If(self.target.valid & ~self.labelled):
                m.d.sync += [self.label.eq(self.target.payload), self.labelled.eq(1)]

    def _order(self, m: Module) -> None:
        """The order of a sample and of its time steps."""
        registers, readout = self.registers, self.readout
        regularizes = registers.regul_mode[1] & registers.regul_mode[2]
        learns = registers.do_eprop.any() & (self.target_valid | regularizes)
        self.group = Signal(range(-(-self.config.n_rec // GROUP)))
        self.last_group = Signal()
        self.valid = Signal()  # the step has a target
        self.done = Signal()  # of the phase under way
        self.started = Signal()
        one = 1 << Formats(self.config).readout.frac
        best = Signal(range(self.config.n_out))
        most = Signal(len(readout.win))
        self.ends = Signal()  # the results under way are a sample's last
        final = self.turn == registers.num_out_neur
        sends_label = Signal()
        m.d.comb += sends_label.eq(Mux(self.ends, ~registers.regression, registers.send_label_only))
        with m.FSM(name="order") as self.fsm:
            with m.State("CLEAR"), m.If(self.done):
                m.next = "IDLE"
            with m.State("IDLE"):
                m.d.comb += [self.ready.eq(1), self.idle.eq(1)]
                with m.If(self.tick & self.sample):
                    m.d.comb += self.events.swap.eq(1)
                    m.next = "PROPAGATE"
            with m.State("READY"):
                m.d.comb += self.ready.eq(1)
                with m.If(self.tick):
                    m.d.comb += [self.events.swap.eq(1), readout.decay.eq(1)]
                    m.next = "STEP"
            with m.State("STEP"), m.If(self.done):
                m.next = "WINNER"
            with m.State("WINNER"):
                m.d.comb += readout.count.eq(self.infer & ~registers.regression)
                m.d.sync += [self.valid.eq(self.target_valid), self.ends.eq(~self.sample), self.turn.eq(0)]
                with m.If(~self.sample):
                    m.next = "SCAN"
                with m.Else():
                    m.next = "FROZEN"
            with m.State("FROZEN"):
                m.d.comb += self.frozen.eq(registers.en_conf)
                with m.If(~registers.en_conf):
                    with m.If(learns):
                        m.next = "ERROR"
                    with m.Elif(registers.send_per_timestep):
                        m.next = "SCAN"
                    with m.Else():
                        m.next = "PROPAGATE"
            with m.State("ERROR"):
                m.d.comb += readout.index.eq(self.turn)
                given = Mux(registers.regression, self.target.valid, self.labelled)
                aim = Mux(self.label == self.turn, one, 0)
                m.d.comb += [
                    self.target_request.eq(self.valid & ~given),
                    readout.target.eq(Mux(registers.regression, self.target.payload, aim)),
                    readout.compare.eq(self.valid & given),
                    readout.blank.eq(~self.valid),
                ]
                with m.If(registers.regression & self.valid):
                    m.d.comb += self.target.ready.eq(1)
                with m.If(readout.compare):
                    m.d.sync += self.turn.eq(self.turn + 1)
                m.d.comb += self.error_set.eq(~self.valid | (readout.compare & final))
                with m.If(self.error_set):
                    m.d.sync += self.turn.eq(0)
                    with m.If(~registers.single_label):
                        m.d.sync += self.labelled.eq(0)
                    m.next = "NEURONS"
            with m.State("NEURONS"), m.If(self.done):
                m.d.comb += self.started.eq(1)
                m.next = "ROWS"
            with m.State("ROWS"), m.If(self.done):
                m.next = "NEURONS"
                with m.If(self.last_group):
                    m.next = "PROPAGATE"
                    with m.If(registers.send_per_timestep):
                        m.next = "SCAN"
            with m.State("SCAN"):
                m.d.comb += readout.index.eq(self.turn)
                m.d.sync += self.turn.eq(self.turn + 1)
                with m.If((self.turn == 0) | (readout.win > most)):
                    m.d.sync += [best.eq(self.turn), most.eq(readout.win)]
                with m.If(final):
                    m.d.sync += self.turn.eq(0)
                    m.next = "SEND"
            with m.State("SEND"):
                m.d.comb += [
                    readout.index.eq(self.turn),
                    self.result.valid.eq(1),
                    self.result.payload.eq(Mux(sends_label, best, readout.potential)),
                ]
                with m.If(self.result.ready):
                    m.d.sync += self.turn.eq(self.turn + 1)
                    with m.If(sends_label | final):
                        m.d.sync += self.turn.eq(0)
                        m.next = "PROPAGATE"
                        with m.If(self.ends):
                            m.next = "CLEAR"
            with m.State("PROPAGATE"), m.If(self.done):
                m.next = "READY"
        allowed = self.ready | self.frozen
        members = {Space.READOUT: readout.potential, Space.WINS: readout.win}
        self.storage.attach(m, self.access, allowed, members)
        with m.If(allowed):
            m.d.comb += readout.index.eq(self.storage.index)

    def _read(self, m: Module, name: str, address: Value) -> None:
        memory = self.storage.memories[name]
        m.d.comb += [memory.read.eq(1), memory.read_address.eq(address)]

    def _write(self, m: Module, name: str, address: Value, word: Value, mask: Value | int = -1) -> None:
        memory = self.storage.memories[name]
        m.d.comb += [
            memory.write.eq(mask),
            memory.write_address.eq(address),
            memory.write_word.as_value().eq(Value.cast(word)),
        ]

    def _exists(self, word: Value, last: Value) -> Value:
        """Return which lanes of a word exist, given the index of the last neuron."""
        return Cat(word * self.lanes + lane <= last for lane in range(self.lanes))

    def _step(self, m: Module) -> None:
        """Let a word of neurons, lines and traces decay per cycle."""
        storage, neuron, registers = self.storage, self.neuron, self.registers
        word = Signal(10, name="step_word")
        reading = Signal(init=1, name="step_reading")
        valid = Signal(2, name="step_valid")
        words = [Signal(10, name=f"step_word_{n}") for n in (1, 2)]
        ongoing = self.fsm.ongoing("STEP")
        decayed = Signal()
        reads = ongoing & reading
        m.d.sync += [valid.eq(Cat(reads, valid)), words[0].eq(word), words[1].eq(words[0])]
        pair_word = word if self.lanes > 1 else word >> 1
        with m.If(reads):
            for name in ("membrane", "trace_in", "trace_rec", "trace_out"):
                self._read(m, name, word)
            for name in ("alpha", "threshold"):
                self._read(m, name, pair_word)
            m.d.sync += [word.eq(word + 1), reading.eq(word != self.last_step)]
        with m.If(self.readout.decayed):
            m.d.sync += decayed.eq(1)
        with m.If(ongoing & ~reading & (valid == 0) & (decayed | self.readout.decayed)):
            m.d.comb += self.done.eq(1)
            m.d.sync += [word.eq(0), reading.eq(1), decayed.eq(0)]
        pairs = neuron.pairs
        at = words[0] if self.lanes > 1 else words[0] >> 1
        conf = registers.alpha_conf.word_select(at, pairs)
        present = Cat(at * pairs + pair <= self.last_pair for pair in range(pairs))
        for pair in range(pairs):
            top = Cat((~conf[pair]).replicate(3), conf[pair])  # 0111 or 1000
            alpha = Cat(storage.alpha.read_word[pair], top)
            m.d.comb += neuron.alpha[pair].eq(alpha)
            m.d.comb += neuron.threshold[pair].eq(storage.threshold.read_word[pair])
            for kind, trace in self.traces.items():
                m.d.comb += trace.factor[pair].eq(registers.kappa if kind == "out" else alpha)
        m.d.comb += [neuron.step.eq(valid[0]), neuron.odd.eq(words[0][0]), neuron.present.eq(present)]
        m.d.comb += neuron.membrane.as_value().eq(storage.membrane.read_word.as_value())
        for kind, trace in self.traces.items():
            m.d.comb += [
                trace.decay.eq(valid[0]),
                trace.odd.eq(words[0][0]),
                trace.present.eq(present),
                trace.value.eq(storage.memories[f"trace_{kind}"].read_word),
            ]
        with m.If(valid[0]):
            m.d.comb += neuron.exists.eq(self._exists(words[0], registers.num_rec_neur))
        with m.If(valid[1]):
            with m.If(words[1] <= self.last_rec):
                self._write(m, "membrane", words[1], neuron.stepped)
                self._write(m, "trace_rec", words[1], self.traces["rec"].decayed)
                self._write(m, "trace_out", words[1], self.traces["out"].decayed)
                m.d.comb += [
                    self.events.fire.eq(1),
                    self.events.spike_word.eq(words[1]),
                    self.events.spike.eq(neuron.spike),
                ]
            with m.If(words[1] <= self.last_in):
                self._write(m, "trace_in", words[1], self.traces["in"].decayed)
        self.step_valid, self.step_word = valid[1], words[1]

    def _learn(self, m: Module) -> None:
        """Take the neurons of a group, a word of readouts per cycle."""
        storage, learning, readout = self.storage, self.learning, self.readout
        out_words = storage.rows[Space.W_OUT]
        place = Signal(range(GROUP))
        word = Signal(6, name="out_word")
        reading = Signal(init=1, name="neuron_reading")
        drain = Signal(range(DRAIN + 1))
        neuron = Cat(place, self.group)
        ongoing = self.fsm.ongoing("NEURONS")
        m.d.comb += [
            self.last_group.eq(self.group == self.registers.num_rec_neur >> GROUP.bit_length() - 1),
            learning.start.eq(ongoing & reading & (place == 0) & (word == 0)),
            learning.valid.eq(self.valid),
            learning.error.eq(readout.error),
            learning.w_out.as_value().eq(storage.w_out.read_word.as_value()),
        ]
        last = word == self.last_out
        reads = ongoing & reading
        with m.If(reads):
            self._read(m, "w_out", neuron * out_words + word)
            for name in ("membrane", "trace_rec", "trace_out"):
                self._read(m, name, neuron >> self.lanes.bit_length() - 1)
            m.d.sync += word.eq(Mux(last, 0, word + 1))
            with m.If(last):
                m.d.sync += place.eq(place + 1)
                with m.If((place == GROUP - 1) | (neuron == self.registers.num_rec_neur)):
                    m.d.sync += reading.eq(0)
        with m.If(ongoing & ~reading):
            m.d.sync += drain.eq(drain + 1)
            with m.If(drain == DRAIN):
                m.d.comb += self.done.eq(1)
                m.d.sync += [drain.eq(0), place.eq(0), reading.eq(1)]
        lane = Signal(max(self.lanes.bit_length() - 1, 1))
        m.d.sync += [
            learning.enter.eq(reads),
            learning.neuron_index.eq(neuron),
            learning.part.eq(word),
            learning.first.eq(word == 0),
            learning.last.eq(last),
            lane.eq(neuron[: self.lanes.bit_length() - 1]),
        ]
        members = {
            "membrane": learning.membrane,
            "trace_rec": learning.value_rec,
            "trace_out": learning.value_out,
        }
        for name, member in members.items():
            words = storage.memories[name].read_word
            m.d.comb += member.eq(Array(words[n] for n in range(self.lanes))[lane])
        with m.If(learning.write.any()):
            address = learning.write_neuron * out_words + learning.write_word
            self._write(m, "w_out", address, learning.updated, learning.write)

    def _rows(self, m: Module) -> None:
        """Update the rows onto a group, those of both arrays side by side."""
        registers, learning = self.registers, self.learning
        for bit, (kind, synapses) in enumerate(self.synapses.items()):
            row = self.storage.rows[Space.W_IN]
            weights = self.storage.memories[f"w_{kind}"]
            reduction = getattr(learning, f"reduction_{kind}")
            plastic = registers.do_eprop[bit] & (self.valid | registers.regul_w[bit])
            m.d.comb += [
                synapses.start.eq(self.started & plastic),
                synapses.group.eq(self.group),
                synapses.every.eq(learning.every),
                synapses.gain.eq(learning.gain),
                synapses.multiplier.eq(learning.multiplier),
                synapses.reduction.eq(reduction),
                synapses.trace_word.eq(self.storage.memories[f"trace_{kind}"].read_word),
                synapses.weights.as_value().eq(weights.read_word.as_value()),
            ]
            with m.If(synapses.trace_read):
                self._read(m, f"trace_{kind}", synapses.trace_address)
            with m.If(synapses.read):
                self._read(m, f"w_{kind}", synapses.pre * row + synapses.word)
            with m.If(synapses.write.any()):
                address = synapses.write_pre * row + synapses.write_word
                self._write(m, f"w_{kind}", address, synapses.updated, synapses.write)
        busy = Cat(synapses.busy for synapses in self.synapses.values()).any()
        with m.If(self.fsm.ongoing("ROWS") & ~busy):
            m.d.comb += self.done.eq(1)
            m.d.sync += self.group.eq(Mux(self.last_group, 0, self.group + 1))

    def _propagate(self, m: Module) -> None:
        """Make the passes, a word of neurons per cycle."""
        storage, neuron, readout, events = self.storage, self.neuron, self.readout, self.events
        registers, row, out_words = self.registers, storage.rows[Space.W_IN], storage.rows[Space.W_OUT]
        ongoing = self.fsm.ongoing("PROPAGATE")
        opened = Signal()
        word = Signal(10, name="pass_word")
        valid = Signal(2, name="pass_valid")
        m.d.sync += opened.eq(ongoing & ~self.done)
        m.d.comb += events.open.eq(ongoing)
        out_last = Mux(events.has_spike, self.last_out, 0)
        last = greater(greater(self.last_rec, out_last), 2)
        reads = ongoing & events.valid
        shift = self.lanes.bit_length() - 1
        with m.If(reads):
            self._read(m, "membrane", word)
            self._read(m, "w_in", events.index * row + word)
            self._read(m, "w_rec", events.index * row + word)
            self._read(m, "w_out", events.index * out_words + word)
            with m.If(word == 0):
                for kind in KINDS:
                    self._read(m, f"trace_{kind}", events.index >> shift)
            m.d.comb += events.take.eq(word == last)
            m.d.sync += word.eq(Mux(word == last, 0, word + 1))
        with m.If(opened & ~events.valid & (valid == 0)):
            m.d.comb += self.done.eq(1)
        stages: list[list[Signal]] = []
        for n in (1, 2):
            source = (word, events.index, events.has_event, events.has_spike) if n == 1 else stages[-1]
            stage = [
                Signal.like(member, name=f"pass_{name}_{n}")
                for name, member in zip(("word", "index", "event", "spike"), source, strict=True)
            ]
            m.d.sync += [now.eq(before) for now, before in zip(stage, source, strict=True)]
            stages.append(stage)
        m.d.sync += valid.eq(Cat(reads, valid))
        at, index, event, spike = stages[0]
        arrives = Signal()
        arrived = Signal()
        m.d.comb += arrives.eq(valid[0] & (at <= self.last_rec))
        m.d.sync += arrived.eq(arrives)
        m.d.comb += [
            neuron.arrive.eq(arrives),
            neuron.event.eq(event),
            neuron.fired.eq(spike),
            neuron.w_in.as_value().eq(storage.w_in.read_word.as_value()),
            neuron.w_rec.as_value().eq(storage.w_rec.read_word.as_value()),
            readout.arrive.eq(valid[0] & spike & (at <= self.last_out)),
            readout.word.eq(at),
            readout.w_out.as_value().eq(storage.w_out.read_word.as_value()),
        ]
        with m.If(arrives):
            m.d.comb += neuron.exists.eq(self._exists(at, registers.num_rec_neur))
        with m.If(arrived):
            self._write(m, "membrane", stages[1][0], neuron.integrated)
        formats = Formats(self.config)
        for bit, (kind, came) in enumerate((("in", event), ("rec", spike), ("out", spike))):
            radix = getattr(registers, f"fp_loc_t{'inp' if kind == 'in' else kind}")
            grows = Signal(name=f"grows_{kind}")
            m.d.sync += grows.eq(
                valid[0] & (at == 0) & came & (registers.do_eprop[bit] | registers.force_traces)
            )
            word_in = storage.memories[f"trace_{kind}"].read_word
            word_out = Signal.like(word_in, name=f"grown_{kind}")
            mask = Signal(self.lanes, name=f"grown_lanes_{kind}")
            for lane in range(self.lanes):
                m.d.sync += [
                    word_out[lane].eq(grown(word_in[lane], radix, getattr(formats, f"trace_{kind}"))),
                    mask[lane].eq(index[:shift] == lane if shift else 1),
                ]
            with m.If(grows):
                self._write(m, f"trace_{kind}", stages[1][1] >> shift, word_out, mask)
        self.pass_valid, self.pass_stage = arrived, stages[1]

    def _clear(self, m: Module) -> None:
        """Set the state to zero, a word per cycle."""
        storage, ongoing = self.storage, self.fsm.ongoing("CLEAR")
        names = ("membrane", *(f"trace_{kind}" for kind in KINDS))
        depths = {name: storage.memories[name].depth for name in names}
        word = Signal(range(max(depths.values())), name="clear_word")
        m.d.comb += [self.readout.clear.eq(ongoing), self.events.forget.eq(ongoing)]
        with m.If(ongoing):
            m.d.sync += [word.eq(word + 1), self.labelled.eq(0)]
            for name, depth in depths.items():
                with m.If(word <= depth - 1):
                    self._write(m, name, word, Const(0))
            with m.If(word == max(depths.values()) - 1):
                m.d.sync += word.eq(0)
                m.d.comb += self.done.eq(1)

    def _trace(self, m: Module) -> None:
        """Show records on the trace port."""
        neuron, readout, learning, traces = self.neuron, self.readout, self.learning, self.traces

        def lanes(member: Any) -> list[Value]:
            count = len(member) if isinstance(member, Signal) else member.shape().length
            return [member[lane] for lane in range(count)]

        counted = Signal()
        compared = Signal()
        m.d.sync += [
            counted.eq(self.fsm.ongoing("WINNER")),
            compared.eq(self.fsm.ongoing("ERROR") & self.error_set),
        ]
        step = {
            "membrane": lanes(neuron.stepped),
            "spike": lanes(neuron.spike),
            **{f"trace_{kind}": lanes(trace.decayed) for kind, trace in traces.items()},
        }
        learn = {
            name: [getattr(learning, name)]
            for name in ("learning_signal", "pseudo_derivative", "regularization")
        }
        none = Const(0, 1)
        records = {
            "step": (self.step_valid, self.step_word, step),
            "readout": (counted, none, {"readout": lanes(readout.potentials), "wins": lanes(readout.wins)}),
            "error": (compared, none, {"error": lanes(readout.error)[: self.config.n_out]}),
            "learn": (learning.learned, place(learning.learned_neuron, none), learn),
            "update_out": (
                learning.write.any(),
                place(learning.write_neuron, learning.write_word),
                {name: lanes(getattr(learning, member)) for name, member in UPDATE.items()},
            ),
        }
        for kind, synapses in self.synapses.items():
            records[f"update_{kind}"] = (
                synapses.write.any(),
                place(synapses.write_pre, synapses.write_word),
                {name: lanes(getattr(synapses, member)) for name, member in UPDATE.items()},
            )
        word, index = self.pass_stage[:2]
        whole = [*lanes(readout.potentials), *[none] * self.out_lanes]
        starts = range(0, self.config.n_out, self.out_lanes)
        outputs = [Array(whole[start + lane] for start in starts)[word] for lane in range(self.out_lanes)]
        passed = {"membrane": lanes(neuron.integrated), "readout": outputs}
        records["propagate"] = (self.pass_valid, place(index, word), passed)
        emit(m, self.trace, self.config, self.lanes, records)
