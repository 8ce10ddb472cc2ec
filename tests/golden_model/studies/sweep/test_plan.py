"""What a study is to find out: its trainings by hand, its settings, and what it refuses."""

from pathlib import Path

import pytest

from golden_model.network.network import Network
from golden_model.network.parameters import write_network
from golden_model.studies.sweep.axes import combinations, parse_axes
from golden_model.studies.sweep.costs import CostTable
from golden_model.studies.sweep.plan import CORE, PUBLISHED, REFERENCE, Job, Plan
from golden_model.training.experiment import make_setting
from tests.helpers.networks import SMALL

TASK = "cue-accumulation"
GRID = ("weight_bits=6,8", "delay=20,40")


def plan(*axes: str, **more: object) -> Plan:
    return Plan("grid", TASK, parse_axes(axes or GRID), **more)


def test_trainings_by_hand() -> None:
    """Every point with every seed; reference and published setting have a delay but no widths."""
    grid = plan(seeds=2)
    jobs = list(grid.jobs(list(combinations(grid.axes))))
    assert [job.key for job in jobs] == [
        '["core", {"weight_bits": 6, "delay": 20}, 0]',
        '["core", {"weight_bits": 6, "delay": 20}, 1]',
        '["core", {"weight_bits": 6, "delay": 40}, 0]',
        '["core", {"weight_bits": 6, "delay": 40}, 1]',
        '["core", {"weight_bits": 8, "delay": 20}, 0]',
        '["core", {"weight_bits": 8, "delay": 20}, 1]',
        '["core", {"weight_bits": 8, "delay": 40}, 0]',
        '["core", {"weight_bits": 8, "delay": 40}, 1]',
        '["reference", {"delay": 20}, 0]',
        '["reference", {"delay": 20}, 1]',
        '["reference", {"delay": 40}, 0]',
        '["reference", {"delay": 40}, 1]',
        '["published", {"delay": 20}, 0]',
        '["published", {"delay": 20}, 1]',
        '["published", {"delay": 40}, 0]',
        '["published", {"delay": 40}, 1]',
    ]
    assert [Job.of_key(job.key) for job in jobs] == jobs


def test_a_training_comes_once() -> None:
    point = {"weight_bits": 6, "delay": 20}
    assert [job.network for job in plan(seeds=1).jobs([point, point])] == [CORE, REFERENCE, PUBLISHED]


@pytest.mark.parametrize(
    ("axis", "is_of_circuit"),
    [
        ("trace_bits=8", True),
        ("config.weight_bits=8", True),
        ("state_rounding=floor", True),
        ("errata=true", True),
        ("delay=20", False),
        ("threshold=600", False),
        ("weight_bits+lr_p_winp=6", False),  # a learning rate is one of real numbers too
    ],
)
def test_a_reference_has_no_circuit(axis: str, is_of_circuit: bool) -> None:
    one = plan(axis)
    (reference,) = one.references(list(combinations(one.axes)))
    assert (reference == {}) == is_of_circuit


@pytest.mark.parametrize(
    ("axis", "is_of_task"),
    [
        ("delay=20", True),
        ("task.n_rec=8", True),
        ("delay+lr_p_winp=5", True),
        ("threshold=600", False),
        ("regul_f0=100", False),
        ("trace_bits=8", False),
    ],
)
def test_the_published_setting_has_the_task(axis: str, is_of_task: bool) -> None:
    one = plan(axis)
    (point,) = combinations(one.axes)
    assert one.published([point]) == [point if is_of_task else {}]


class TestSetting:
    def test_of_a_point(self) -> None:
        grid = plan("trace_bits=4,12", "state_rounding=floor", fixed=["delay=30", "regul_f0=100"])
        setting = grid.setting(CORE, {"trace_bits": 4, "state_rounding": "floor"})
        config, registers = setting.config, setting.parameters.registers
        assert (config.trace_in_bits, config.trace_rec_bits, config.trace_out_bits) == (4, 4, 4)
        assert (config.state_rounding, registers.regul_f0, setting.task.delay) == ("floor", 100, 30)
        assert registers.fp_loc_tout == 1  # keeps the range
        assert (config.n_in, config.n_rec, config.n_out) == (40, 100, 2)  # a circuit of the network's sizes

    def test_registers_that_are_set_or_swept_stay(self) -> None:
        grid = plan("trace_bits=4", "fp_loc_tout=5,6", fixed=["parameters.regul_f0=150"])
        registers = grid.setting(CORE, {"trace_bits": 4, "fp_loc_tout": 6}).parameters.registers
        assert (registers.fp_loc_tout, registers.regul_f0) == (6, 150)
        assert (registers.fp_loc_tinp, registers.fp_loc_trec) == (0, 0)  # keep the range

    def test_registers_in_a_file_stay(self) -> None:
        given = make_setting(TASK, Network(), ["fp_loc_trec=3"])
        point = {"trace_bits": 4}
        setting = plan("trace_bits=4", network=Network(given.config, given.parameters)).setting(CORE, point)
        assert setting.parameters == given.parameters
        setting = plan("trace_bits=4", network=Network(given.config)).setting(CORE, point)
        assert setting.parameters.registers.fp_loc_trec == 0  # a file that says nothing of them

    def test_registers_as_they_are(self) -> None:
        grid = plan("trace_bits=4,12", keep_range=False)
        assert grid.setting(CORE, {"trace_bits": 4}).parameters.registers.fp_loc_tout == 6

    def test_of_a_reference(self) -> None:
        """It has real numbers, whose range need not be kept."""
        grid = plan("weight_bits=4", "delay=20,40", fixed=["regul_f0=100", "trace_out_bits=4"])
        setting = grid.setting(REFERENCE, {"delay": 40})
        registers = setting.parameters.registers
        assert (setting.task.delay, registers.regul_f0, registers.fp_loc_tout) == (40, 100, 6)
        assert grid.setting(CORE, {"delay": 40}).parameters.registers.fp_loc_tout == 1

    def test_of_the_published_circuit(self) -> None:
        """Neither a file nor what is set changes it, except for the task."""
        given = make_setting(TASK, Network(), ["weight_bits=5", "threshold=700"])
        network = Network(given.config, given.parameters)
        fixed = ["delay=30", "membrane_bits=20", "regul_f0=100"]
        setting = plan("trace_bits=4", fixed=fixed, network=network).setting(PUBLISHED, {})
        wanted = make_setting(TASK, Network(), ["delay=30"])
        assert (setting.task, setting.parameters) == (wanted.task, wanted.parameters)
        assert setting.config == Network().config.replace(n_in=40, n_rec=100, n_out=2)

    def test_of_the_published_circuit_in_a_task_that_is_swept(self) -> None:
        """Of names that share values only those of the task change it."""
        grid = plan("delay=20,40", "n_cues+lr_p_winp=3,5", fixed=["weight_bits=5", "gap=9"])
        setting = grid.setting(PUBLISHED, {"delay": 40, "n_cues+lr_p_winp": 5})
        wanted = make_setting(TASK, Network(), ["delay=40", "n_cues=5", "gap=9"])
        assert (setting.task, setting.parameters) == (wanted.task, wanted.parameters)
        assert setting.config == Network().config.replace(n_in=40, n_rec=100, n_out=2)

    def test_of_the_published_circuit_at_another_size(self) -> None:
        setting = plan("trace_bits=4", fixed=["task.n_rec=8"]).setting(PUBLISHED, {})
        assert setting.config == Network().config.replace(n_in=40, n_rec=8, n_out=2)
        assert setting.parameters == setting.task.parameters()


class TestSettings:
    @pytest.mark.parametrize(
        "one",
        [
            plan(),
            plan("state_rounding=floor,nearest", "p_majority=0.7,1", fixed=("delay=30",), seeds=1, n_test=2),
            plan("errata=true,false", fixed=["delay=30"], keep_range=False, epochs=7, n_train=3),
            Plan(
                "pareto",
                TASK,
                tuple(parse_axes(["trace_bits=4..6"])),
                search={"objectives": ("memory_bits",), "trials": 5, "costs": vars(CostTable())},
            ),
        ],
    )
    def test_round_trip(self, one: Plan) -> None:
        assert Plan.of_settings(one.settings()) == one

    def test_round_trip_of_a_network_from_a_file(self, tmp_path: Path) -> None:
        setting = plan(fixed=["threshold=700"]).setting(CORE, {"weight_bits": 6})
        write_network(tmp_path / "network.toml", setting.config, setting.parameters)
        network = Network.read(tmp_path / "network.toml")
        one = plan("membrane_bits=12,16", network=network)
        again = Plan.of_settings(one.settings())
        assert again == one
        assert again.network.parameters == setting.parameters
        assert again.setting(CORE, {"membrane_bits": 12}) == one.setting(CORE, {"membrane_bits": 12})
        assert again.setting(CORE, {}).config.weight_bits == 6

    def test_other_settings_are_another_plan(self) -> None:
        others = [plan("weight_bits=6"), plan(seeds=4), plan(keep_range=False), plan(fixed=["regul_f0=1"])]
        assert all(other != plan() for other in others)


@pytest.mark.parametrize(
    ("axes", "more", "message"),
    [
        (["wieght_bits=4"], {}, "unknown name 'wieght_bits', did you mean 'weight_bits'?"),
        (["weight_bits=4,17"], {}, "weight_bits = 17 is outside 2..16"),
        (["trace_bits=3..16"], {}, "trace_in_bits = 3 is outside 4..16"),
        (["weight_bits=4", "n_cues=1,2"], {}, "n_cues = 2 is even, a legal value is an odd number in 1..99"),
        (["regul_f0=4096"], {}, "regul_f0 = 4096 is outside 0..4095"),
        (["weight_bits=4.5"], {}, "weight_bits = 4.5 is not an integer"),
        (
            ["state_rounding=up"],
            {},
            "state_rounding = 'up' is not one of 'floor', 'nearest', 'stochastic'",
        ),
        (
            ["n_rec=4"],
            {},
            "n_rec means two things, write config.n_rec (what a circuit has room for) "
            "or task.n_rec (of the task)",
        ),
        (["config.n_rec=8,16"], {}, "config.n_rec follows from the sizes of the task, write task.n_rec"),
        (["n_in=8"], {}, "config.n_in follows from the sizes of the task"),
        (
            ["weight_bits=4"],
            {"fixed": ["config.n_rec=8"]},
            "config.n_rec follows from the sizes of the task, write task.n_rec",
        ),
        (["weight_bits=4"], {"fixed": ["n_out=2"]}, "config.n_out follows from the sizes of the task"),
        (["weight_bits=4"], {"fixed": ["weight_bits=5"]}, "weight_bits is set twice"),
        (["weight_bits=4"], {"fixed": ["delay=-1"]}, "delay = -1 is outside 0..10000"),
        (["weight_bits=4"], {"seeds": 0}, "seeds = 0 is outside 1..1000000"),
        (["weight_bits=4"], {"epochs": 0}, "epochs = 0 is outside 1..1000000"),
        (["weight_bits=4"], {"n_train": 0}, "n_train = 0 is outside 1..1000000"),
        (["weight_bits=4"], {"n_test": -1}, "n_test = -1 is outside 1..1000000"),
        ([], {}, "the grid is empty, give NAME=VALUES"),
        (
            ["delay=0..999", "gap=1..101"],
            {"seeds": 1},
            "the grid has 101000 trainings, more than 100000",
        ),
        (["delay=0..999", "gap=1..51"], {"seeds": 2}, "the grid has 102000 trainings, more than 100000"),
    ],
)
def test_refusals(axes: list[str], more: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011, the whole message is compared
        Plan("grid", TASK, parse_axes(axes), **more)
    assert str(error.value) == message


def test_many_points_of_which_few_are_tried() -> None:
    axes = ["delay=0..49", "gap=0..49", "cue=1..41"]
    assert Plan("pareto", TASK, parse_axes(axes), search={"trials": 5}).seeds == 5
    assert plan("delay=0..49", "gap=0..49", "cue=1..20", seeds=2).seeds == 2  # 100,000


def test_network_of_another_size() -> None:
    network = Network(
        parameters=make_setting(TASK, Network(), ["task.n_rec=8"]).parameters, origin="file.toml"
    )
    message = "^file.toml: n_rec = 8 of the network is not the 100 of the task$"
    with pytest.raises(ValueError, match=message):
        plan(network=network)


def test_unknown_task() -> None:
    with pytest.raises(ValueError, match="^unknown task 'cue', did you mean 'cue-accumulation'\\?$"):
        Plan("grid", "cue", parse_axes(GRID))


def test_small_task_is_a_plan() -> None:
    """The other tests train this one."""
    assert plan("weight_bits=4", fixed=SMALL).setting(CORE, {}).config.n_rec == 8
