"""What a host may ask: numbers of their own, the digest, and counters that stop at their greatest value."""

import pytest
from amaranth.sim import SimulatorContext

from golden_model.network.config import Config
from golden_model.network.registers import REGISTERS, STATUS
from rtl.chip.status import Status
from rtl.delivery.program import ALPHA_CONF
from tests.helpers.configurations import CONFIGS
from tests.rtl.block import run

CONFIG = Config(n_in=4, n_rec=4, n_out=1)
NUMBERS = {name: number for name, number, *_ in STATUS}
COUNTERS = ("dropped_events", "saturations", "refused_accesses", "timing_errors")
HASH = ("config_hash_low", "config_hash_high")
BITS = 16


def value(context: SimulatorContext, status: Status, number: int) -> int:
    """Return the register of a number."""
    context.set(status.number, number)
    return context.get(status.value)


def counts(context: SimulatorContext, status: Status) -> list[int]:
    return [value(context, status, NUMBERS[name]) for name in COUNTERS]


async def count(context: SimulatorContext, status: Status, names: tuple[str, ...], cycles: int) -> None:
    """Let events happen in each of some cycles."""
    for name in COUNTERS:
        context.set(getattr(status, name), name in names)
    await context.tick().repeat(cycles)
    for name in COUNTERS:
        context.set(getattr(status, name), 0)


def test_numbers_and_widths() -> None:
    assert list(NUMBERS.items()) == [(name, 192 + n) for n, name in enumerate((*HASH, *COUNTERS))]
    assert [bits for _, _, bits, _ in STATUS] == [32, 32] + [BITS] * len(COUNTERS)


def test_numbers_are_those_of_no_register() -> None:
    taken = {entry.number for entry in REGISTERS} | set(ALPHA_CONF)
    assert {65, 66, 67, 68, 260, 271} <= taken
    assert not taken & set(NUMBERS.values())


@pytest.mark.parametrize("config", [CONFIG, *CONFIGS.values()], ids=["tiny", *CONFIGS])
def test_hash_is_the_digest(config: Config) -> None:
    status = Status(config)

    async def bench(context: SimulatorContext) -> None:
        low, high = (value(context, status, NUMBERS[name]) for name in HASH)
        assert f"{high:08x}{low:08x}" == config.digest

    run(status, bench)


def test_unknown_numbers_read_zero() -> None:
    """Even if only one bit of a number is another one's."""
    status, known = Status(CONFIG), set(NUMBERS.values())
    near = {number ^ 1 << bit for number in known for bit in range(16)}

    async def bench(context: SimulatorContext) -> None:
        await count(context, status, COUNTERS, 3)
        assert counts(context, status) == [3] * len(COUNTERS)
        for number in sorted((near | set(range(600)) | {2**16 - 1}) - known):
            assert value(context, status, number) == 0

    run(status, bench)


def test_every_counter_counts_its_own_events() -> None:
    """An event is counted `latency` cycles later."""
    status = Status(CONFIG)

    async def bench(context: SimulatorContext) -> None:
        expected = [0] * len(COUNTERS)
        for times in range(1, 6):
            for place, name in enumerate(COUNTERS):
                await count(context, status, (name,), times * (place + 1))
                expected[place] += times * (place + 1)
                assert counts(context, status) == expected
                await context.tick().repeat(2)
                assert counts(context, status) == expected
            await count(context, status, COUNTERS[::2], 2)
            expected = [one + 2 * (place % 2 == 0) for place, one in enumerate(expected)]
            assert counts(context, status) == expected

    assert status.latency == 1
    run(status, bench)


def test_counters_stop_at_their_greatest_value() -> None:
    status, most = Status(CONFIG), 2**BITS - 1

    async def bench(context: SimulatorContext) -> None:
        await count(context, status, COUNTERS, most - 1)
        assert counts(context, status) == [most - 1] * len(COUNTERS)
        for name in COUNTERS[:2]:
            await count(context, status, (name,), 1)
        assert counts(context, status) == [most, most, most - 1, most - 1]
        for cycles in (1, 4):
            await count(context, status, COUNTERS, cycles)
            assert counts(context, status) == [most] * len(COUNTERS)

    run(status, bench)
