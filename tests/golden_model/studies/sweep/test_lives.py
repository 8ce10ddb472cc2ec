"""Who is dead: told at once of this machine's processes, by a beat that stopped of others."""

import os
import signal
import socket
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path
from threading import Event

import psutil
import pytest

from golden_model.studies.sweep.lives import (
    ARRIVAL_SECONDS,
    BEAT_SECONDS,
    CLOCK_SECONDS,
    PATIENCE_SECONDS,
    Beating,
    Identity,
    Watch,
    this_host,
)

ELSEWHERE = {"host": "elsewhere", "pid": 1, "started": 0.0}
BOOT = Path("/proc/sys/kernel/random/boot_id")
SECONDS = 30  # that anything here may take


class Clock:
    """A clock that stands until it is set."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watch(clock: Clock) -> Watch:
    return Watch(clock)


class TestIdentity:
    def test_own(self) -> None:
        own = Identity.own()
        assert own == Identity(this_host(), os.getpid(), psutil.Process().create_time())
        assert own.is_here
        assert own.lives

    def test_other_host(self) -> None:
        assert not Identity(**ELSEWHERE).is_here

    def test_other_machine_of_the_same_name(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Containers are often called alike, or share a boot and not their processes."""
        own, boot, link = Identity.own(), Path.read_text, os.readlink
        with monkeypatch.context() as patch:
            patch.setattr(Path, "read_text", lambda *_, **__: "another-boot\n")
            assert not own.is_here
        with monkeypatch.context() as patch:
            patch.setattr(os, "readlink", lambda _: "pid:[1]")
            assert not own.is_here
        assert own.host == f"{socket.gethostname()} {boot(BOOT).strip()} {link('/proc/self/ns/pid')}"

    def test_machine_that_has_but_a_name(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def missing(*_: object, **__: object) -> str:
            raise FileNotFoundError

        monkeypatch.setattr(Path, "read_text", missing)
        assert this_host() == socket.gethostname()

    def test_number_used_again_is_another_process(self) -> None:
        own = Identity.own()
        assert not replace(own, started=own.started - 2 * CLOCK_SECONDS).lives
        assert not replace(own, started=own.started + 2 * CLOCK_SECONDS).lives

    def test_clock_that_was_set_kills_nobody(self) -> None:
        """The time of a start is told from that of the machine, which moves with the clock."""
        own = Identity.own()
        assert replace(own, started=own.started - 1).lives
        assert replace(own, started=own.started + 1).lives

    def test_zombie_and_what_is_gone_are_dead(self) -> None:
        with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
            identity = Identity(this_host(), process.pid, psutil.Process(process.pid).create_time())
            assert identity.lives
            process.send_signal(signal.SIGKILL)
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # dead, and not yet asked for
            assert psutil.Process(process.pid).status() == psutil.STATUS_ZOMBIE
            assert not identity.lives
        assert not identity.lives


class TestWatch:
    def test_of_this_machine_needs_no_beat(self, watch: Watch, clock: Clock) -> None:
        own = Identity.own()
        for _ in range(3):
            assert not watch.is_dead(0, asdict(own), 0)
            clock.now += 10 * PATIENCE_SECONDS
        assert watch.is_dead(0, asdict(replace(own, started=0.0)), 0)

    def test_elsewhere_lives_while_it_beats(self, watch: Watch, clock: Clock) -> None:
        for beat in range(5):
            assert not watch.is_dead(0, ELSEWHERE, beat)
            clock.now += PATIENCE_SECONDS
            assert not watch.is_dead(0, ELSEWHERE, beat)
        clock.now += 1
        assert watch.is_dead(0, ELSEWHERE, beat)
        assert not watch.is_dead(0, ELSEWHERE, beat + 1)

    def test_each_trial_has_a_beat_of_its_own(self, watch: Watch, clock: Clock) -> None:
        assert not watch.is_dead(0, ELSEWHERE, 3)
        clock.now += PATIENCE_SECONDS + 1
        assert not watch.is_dead(1, ELSEWHERE, 3)
        assert watch.is_dead(0, ELSEWHERE, 3)

    def test_nobody_has_time_to_arrive(self, watch: Watch, clock: Clock) -> None:
        assert not watch.is_dead(0, None, 0)
        clock.now += ARRIVAL_SECONDS
        assert not watch.is_dead(0, None, 0)
        clock.now += 1
        assert watch.is_dead(0, None, 0)
        assert not watch.is_dead(0, ELSEWHERE, 0)  # arrived after all

    def test_patience_is_several_beats(self) -> None:
        assert PATIENCE_SECONDS >= 5 * BEAT_SECONDS


class TestBeating:
    def test_counts_until_it_is_over(self) -> None:
        beats: list[int] = []
        enough = Event()

        def beat(count: int) -> None:
            beats.append(count)
            if count == 3:
                enough.set()

        with Beating(beat, seconds=0.001):
            assert enough.wait(SECONDS)
        count = len(beats)
        assert beats == list(range(1, count + 1))

    def test_goes_on_after_a_beat_that_failed(self) -> None:
        enough = Event()

        def beat(count: int) -> None:
            if count == 1:
                raise RuntimeError("the storage cannot be reached")
            enough.set()

        with Beating(beat, seconds=0.001):
            assert enough.wait(SECONDS)

    def test_first_beat_is_not_at_once(self) -> None:
        beats: list[int] = []
        with Beating(beats.append, seconds=SECONDS):
            pass
        assert beats == []
