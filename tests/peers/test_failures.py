"""What fails in rclio, as upstream's clients see it; and upstream's subscriber of rclio's statistics."""
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parent / "programs" / "failing.py"


@pytest.fixture
def failing(start):
    program = start("peer_failing")
    program.wait_for("ready")
    return program


def test_upstreams_caller_of_a_handler_that_fails_gets_nothing_and_the_server_goes_on(start, upstream, failing):  # SRV-11
    client = start(upstream, PROGRAM, "call")
    assert client.finish() == 0, client.report()
    assert (client.stdout, client.stderr) == ("answered 42 False", "")
    failing.wait_for("failed")
    assert failing.interrupt() == 0, failing.report()
    assert failing.stdout.splitlines()[-1] == "end 1 of 2 calls, 0 of 0 goals"
    assert "[failing]: service '/add_two_ints' failed at failing.c:" in failing.stderr
    assert "-1 is negative (invalid)" in failing.stderr


@pytest.mark.parametrize("order,status", [(-1, "ABORTED"), (0, "ABORTED"), (1, "SUCCEEDED")])
def test_upstreams_goal_is_aborted_when_its_handler_fails_or_returns_nothing(start, upstream, failing, order, status):  # ACT-7
    client = start(upstream, PROGRAM, "goal", order)
    assert client.finish() == 0, client.report()
    assert (client.stdout, client.stderr) == (status, "")
    assert failing.interrupt() == 0, failing.report()
    assert failing.stdout.splitlines()[-1] == f"end 0 of 0 calls, {int(order <= 0)} of 1 goals"


def test_upstream_reads_the_statistics(start, upstream, failing):  # STA-1, STA-2, STA-4
    client = start(upstream, PROGRAM, "statistics")
    assert client.finish(40) == 0, client.report()
    lines = client.stdout.splitlines()
    assert lines[-1] == "all"
    for line in ("message_age ms 1,3,2,5,4", "message_period ms 1,3,2,5,4", "callback_time ms 1,3,2,5,4",
                 "messages_received messages 5", "queue_depth messages 3"):
        assert f"failing {line}" in lines
    assert failing.interrupt() == 0, failing.report()
