"""Mutations of the chip around the core: each of them has to be caught at the pins."""

from tests.mutation import Mutation

BUSES = (
    Mutation("aer-lost", "events of line 5 are acknowledged and lost",
             "chip.aer", "absent = address > num_inp_neur", "it | address == 8'h05"),
    Mutation("aer-twice", "an acknowledge ends before its request, so that a transfer is taken again",
             "chip.aer", "$ = ~ request", "1'h1"),
    Mutation("aer-halves", "the halves of a target are swapped",
             "chip.aer", "target__payload = { address, low }", "{ low, address }"),
    Mutation("output-halves", "the high byte of a potential is sent first",
             "chip.output", "$ = high ? potential[15:8] : potential[7:0]",
             "high ? potential[7:0] : potential[15:8]"),
    Mutation("output-short", "a potential ends with its first byte",
             "chip.output", "result__ready = $", "1'h1"),
    Mutation("result-steps", "potentials are sent after each step instead of the winner",
             "chip.core", "$ = ends ? $ : send_label_only", "ends ? $1 : 1'h0"),
    Mutation("asks-never", "the chip does not show that it asks for a target",
             "chip", "$ = target_request & get_tar_req_out", "1'h0"),
    Mutation("levels", "INFER_ACC is taken from TARGET_VALID",
             "chip", ".infer(infer)", "target_valid"),
)  # fmt: skip

SERIAL = (
    Mutation("spi-bits", "the last two bits that came are in the wrong order",
             "chip.spi", "$ = { kept[29:0], mosi }", "{ kept[29:1], mosi, kept[0] }"),
    Mutation("spi-address", "the address does not count up",
             "chip.spi", "$ = | header[30:28]", "1'h0"),
    Mutation("spi-ahead", "MISO is a bit ahead",
             "chip.spi", "miso = $signal[31]", "\\$signal [30]"),
    Mutation("spi-count", "a frame takes a word more than its address says",
             "chip.spi", "$ = header[27:16] - 1'h1", "header[27:16] - 12'h000"),
    Mutation("spi-fetch", "the word after the one asked for is read",
             "chip.spi", "$ = { 2'h0, kept[12:0], mosi }", "{ 2'h0, kept[12:0], mosi } + 16'h0001"),
    Mutation("chunk", "neighbouring 32 bits of a memory word are swapped when they are written",
             "chip", ".chunk(address[1:0])", "it ^ 2'h1"),
)  # fmt: skip

TIME = (
    Mutation("tick-level", "a tick lasts as long as its pin is high",
             "chip.ticks", "$ = time_tick & $", "time_tick"),
    Mutation("tick-early", "a tick does not wait until states are settled",
             "chip.ticks", "$ = ~ busy", "1'h1"),
    Mutation("ready-early", "the chip says that it is ready while it works",
             "chip.ticks", "$ = ready & $", "$1"),
    Mutation("not-settled", "states that a host wrote without a flag are kept",
             "chip.flags", "$ = ~ valid", "4'h0"),
    Mutation("states-hidden", "states read as 0 in the midst of a sample",
             "chip.window", "$ = live | accessed[51]", "accessed[51]", 4),
    Mutation("dropped-twice", "a dropped event counts twice",
             "chip.status", "$ = dropped_events_count + 1'h1", "dropped_events_count + 2'h2"),
)  # fmt: skip

BLOCKS = {"buses": BUSES, "serial": SERIAL, "time and states": TIME}
MUTATIONS = tuple(mutation for block in BLOCKS.values() for mutation in block)

# These change nothing that a simulation could show; the reason is that of the text. They run too.
EQUIVALENT = (
    Mutation("synchronizer", "SCK passes one flip-flop only: none is metastable in simulation",
             "synchronize_sck", "stage1 <= stage0", "SCK"),
    Mutation("aer-unsettled", "address and request are taken in one cycle: the host sets the address first, "
             "and synchronizers have no skew in simulation",
             "chip.aer", "$ = request & settled", "request"),
)  # fmt: skip
