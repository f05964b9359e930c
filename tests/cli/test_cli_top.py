"""`ros2 top`: the screen as a person sees it and types at it, and plain lines for pipes."""
import os
import re
import signal

import pytest

from support.processes import BIN, Process
from support.terminal import Terminal


@pytest.fixture
def program(domain):
    process = Process(BIN / "cli_task_nodes", domain=domain, stdin=True)
    process.wait_for("^ready$")
    yield process
    process.kill()


@pytest.fixture
def screen(domain, program):
    """screen(): `top` at a terminal, with everybody on it."""
    started = []

    def start(*arguments, rows=24, columns=120, **more):
        terminal = Terminal(BIN / "ros2", "top", "-i", "0.2", *arguments, domain=domain, rows=rows, columns=columns, **more)
        started.append(terminal)
        return terminal

    yield start
    for terminal in started:
        terminal.kill()


# ---- plain lines ----


def tables(text):
    head, nodes, topics = re.match(r"(.*?)\n(  NODE.*?\n)(  TOPIC.*)", text, re.S).groups()
    return head, *({line.split()[0]: line for line in table.splitlines()[1:]} for table in (nodes, topics))


def test_once_prints_nodes_and_topics_with_their_numbers(ros2, program, domain):
    found = ros2("top", "--once", "-i", "2")
    assert (found.status, found.stderr) == (0, "")
    head, nodes, topics = tables(found.stdout)
    assert re.match(rf"domain {domain}   3 nodes   \d+ topics   \d+\.\d Hz   [\d.]+ k?B/s$", head)
    assert set(nodes) == {"/receiver", "/sender", "/waiter"}
    sender = re.match(r"  /sender +\d+\.\d % +(\d+) +3 +\d +([\d.]+) Hz +([\d.]+) k?B/s +([\d.]+) Hz +0 +\d+ +0$", nodes["/sender"])
    assert int(sender[1]) == program.child.pid
    assert 5 < float(sender[2]) < 100 and 5 < float(sender[4]) < 100
    assert float(sender[3]) == pytest.approx(0.108 * float(sender[2]), rel=0.1)  # 108 bytes each
    data = re.match(r"  /data +([\d.]+) Hz +([\d.]+) k?B/s +1 +1 +0 +0 +std_msgs/msg/String$", topics["/data"])
    assert float(data[1]) == pytest.approx(float(sender[2]), rel=0.1) and float(data[2]) == pytest.approx(float(sender[3]), rel=0.1)
    assert "\x1b" not in found.stdout and "_ros2cli" not in found.stdout


def test_lines_come_until_it_is_interrupted(domain, program):
    process = Process(BIN / "ros2", "top", "-i", "0.1", domain=domain)
    process.wait_for("^domain ", count=3)
    assert process.interrupt() == 15 and process.stderr == "", process.report()


def test_the_order_may_be_chosen(ros2, program):
    _, _, topics = tables(ros2("top", "-1", "-i", "0.5", "--sort", "bandwidth").stdout)
    assert next(iter(topics)) == "/data"
    _, nodes, _ = tables(ros2("top", "-1", "-i", "0.5", "--sort", "rate").stdout)
    assert next(iter(nodes)) == "/sender"
    assert ros2("top", "--sort", "nope").status == 2


def test_hidden_ones_are_shown_on_request(ros2, program, domain):
    watcher = Process(BIN / "ros2", "topic", "echo", "/data", domain=domain)
    watcher.wait_for("data: ")
    assert "_ros2cli" not in ros2("top", "-1", "-i", "0.1").stdout
    found = ros2("top", "-1", "-i", "0.1", "--all").stdout
    assert re.search(r"^  /_ros2cli_\d+ +- +- +\d +\d .* - +- +- +-$", found, re.M), found  # nothing is known of a command
    watcher.kill()


def test_what_is_not_known_is_said_so(ros2, domain):
    silent = Process(BIN / "cli_task_nodes", domain=domain, stdin=True, RCLIO_INSPECT="0")
    silent.wait_for("^ready$")
    _, nodes, topics = tables(ros2("top", "-1", "-i", "0.5").stdout)
    assert re.match(r"  /sender +- +- +3 +\d +[\d.]+ Hz +[\d.]+ k?B/s +- +- +- +-$", nodes["/sender"])
    assert re.match(r"  /data +[\d.]+ Hz .* 1 +1 +- +0 +std_msgs/msg/String$", topics["/data"])
    silent.kill()


def test_upstream_s_nodes_are_measured_as_far_as_they_can_be(upstream_network):
    found = upstream_network.ros2("top", "-1", "-i", "2")
    assert (found.status, found.stderr) == (0, "")
    _, nodes, topics = tables(found.stdout)
    assert re.match(r"  /talker +- +- +\d +\d +[\d.]+ Hz +\d+ B/s +- +- +- +-$", nodes["/talker"])
    rate, size = re.match(r"  /chatter +([\d.]+) Hz +(\d+) B/s +1 +1 +- +0 +std_msgs/msg/String$", topics["/chatter"]).groups()
    assert float(size) == pytest.approx(24 * float(rate), rel=0.2)
    for verb in (["tasks"], ["trace", "--once"]):
        told = upstream_network.ros2(*verb, "/talker")
        assert (told.status, told.stdout) == (1, "") and "in no process of this user on this computer that runs rclio" in told.stderr


def test_no_rates_listens_to_nothing(ros2, program, domain):
    process = Process(BIN / "ros2", "top", "-i", "0.2", "--no-rates", domain=domain)
    process.wait_for("^  /data ", count=3)
    assert re.match(r"  /data +- +- +1 +1 +0 +- +std_msgs", process.wait_for("^  /data ")[-1])
    assert "Subscription count: 1\n" in ros2("topic", "info", "/data").stdout  # the receiver's alone
    assert process.interrupt() == 15


def test_an_empty_network_is_one_line(ros2, domain):
    assert ros2("top", "--once", "-i", "0.1").stdout == f"domain {domain}   0 nodes   0 topics   0.0 Hz   0 B/s\n"


# ---- the screen ----


def test_nodes_are_on_the_screen_with_a_head_and_keys(screen, domain):
    terminal = screen()
    terminal.wait_for(r"^ /sender +\d+\.\d % +\d+ +3 +\d +\d\d\.\d Hz")
    lines = terminal.screen.lines
    assert re.match(rf" ros2 top   domain {domain}   3 nodes   \d+ topics   ", lines[0])
    assert lines[1] == " [Nodes]  Topics    by name" and lines[2].startswith(" NODE ")
    assert lines[-1] == " Tab view   s sort   Enter look into   a all   ? help   q quit"
    assert any(line.startswith(" /receiver ") for line in terminal.screen.reversed_lines())


def test_tab_shows_the_topics_and_s_sorts_them(screen):
    terminal = screen()
    terminal.wait_for("^ /sender ")
    terminal.type("\t")
    terminal.wait_for(r"^ TOPIC .*\n /data +\d\d\.\d Hz")
    terminal.type("ss")
    terminal.wait_for(r"\[Topics\]   by rate\n TOPIC .*\n /data ")
    terminal.type("N")
    terminal.wait_for("by name")
    terminal.type("n")
    terminal.wait_for(r"^ \[Nodes\]")


def test_enter_looks_into_a_node_and_escape_comes_back(screen, program):
    terminal = screen()
    terminal.wait_for("^ /sender ")
    terminal.type("j")
    terminal.wait_for(lambda s: any(line.startswith(" /sender ") for line in s.reversed_lines()))
    terminal.type("\r")
    terminal.wait_for(r"^ Node /sender\n process %d, \d+\.\d %% of a core$" % program.child.pid)
    terminal.wait_for(r"^ timer +timer of 0\.02 s of '/sender' +\d+ +\d+")
    terminal.wait_for(r"^ PUBLISHES .*\n(?: .*\n)* /data +\d\d\.\d Hz +[\d.]+ k?B/s  std_msgs/msg/String$")
    terminal.type("\x1b")
    terminal.wait_for(r"^ \[Nodes\]")


def test_what_is_looked_into_may_be_longer_than_the_screen(screen):
    terminal = screen(rows=10)
    terminal.wait_for("^ /sender ")
    terminal.type("j\r")
    terminal.wait_for("^ Node /sender\\n process ")
    assert "SERVES" not in terminal.screen.text
    terminal.type("\x1bOF")
    terminal.wait_for(r"^ /sender/set_parameters_atomically .*\n Escape back")
    terminal.type("\x1bOH")
    terminal.wait_for("^ Node /sender\\n process ")


def test_enter_looks_into_a_topic(screen):
    terminal = screen()
    terminal.wait_for("^ /sender ")
    terminal.type("\t")
    terminal.wait_for(r"^ /data +\d\d")
    terminal.type("\r")
    terminal.wait_for(r"^ Topic /data\n [\d.]+ Hz, [\d.]+ k?B/s, 108 bytes each$")
    terminal.wait_for(r"^ PUBLISHED BY +SHARE .*\n /sender +100 % +RELIABLE +VOLATILE +10? +std_msgs/msg/String$|^ /sender +100 % +RELIABLE +VOLATILE")
    terminal.wait_for(r"^ SUBSCRIBED BY .*\n /receiver +RELIABLE")
    assert "_ros2cli" not in terminal.screen.text


def test_what_is_selected_stays_so_when_the_rows_move(screen):
    terminal = screen()
    terminal.wait_for(r"^ /sender .* \d\d\.\d Hz")
    terminal.type("\x1bOB\x1bOB")
    terminal.wait_for(lambda s: any(line.startswith(" /waiter ") for line in s.reversed_lines()))
    terminal.type("r")
    terminal.wait_for(r"by rate\n NODE .*\n /sender ")
    assert any(line.startswith(" /waiter ") for line in terminal.screen.reversed_lines())


def test_the_screen_may_be_small_and_change_its_size(screen):
    terminal = screen(rows=6, columns=40)
    terminal.wait_for("^ /receiver")
    assert "/waiter" not in terminal.screen.text
    terminal.type("\x1bOF")
    terminal.wait_for("^ /waiter")
    terminal.resize(30, 130)
    terminal.wait_for(r"^ NODE .* FAILED\n /receiver .*\n /sender .*\n /waiter ")
    terminal.wait_for(lambda s: s.lines[-1].startswith(" Tab view"))


def test_nodes_that_come_and_go_are_seen(screen, domain, program):
    terminal = screen()
    terminal.wait_for("^ /sender ")
    more = Process(BIN / "cli_graph_nodes", "20", domain=domain, stdin=True)
    terminal.wait_for("^ /talker ")
    terminal.wait_for(" 11 nodes ")
    more.kill()
    terminal.wait_for(" 3 nodes ")


def test_space_stops_it_and_help_is_there(screen):
    terminal = screen()
    terminal.wait_for("^ /sender ")
    terminal.type(" ")
    terminal.wait_for("   stopped$")
    terminal.type(" ?")
    terminal.wait_for("^ -  +not known: a node of another computer")
    assert "stopped" not in terminal.screen.text
    terminal.type("?")
    terminal.wait_for("^ /sender ")


def ends_in_order(terminal):
    return terminal.raw.rstrip("\r\x1b>=[?1hl").count("\x1b[?1049h") == terminal.raw.count("\x1b[?1049l") == 1 and "\x1b[?25h" in terminal.raw


def test_q_ends_it_and_the_terminal_is_in_order(screen):
    terminal = screen()
    terminal.wait_for("^ /sender ")
    terminal.type("q")
    assert terminal.finish() == 0 and ends_in_order(terminal)


@pytest.mark.parametrize("end", [lambda t: t.type("\x03"), lambda t: t.signal(signal.SIGTERM)], ids=["ctrl-c", "sigterm"])
def test_an_interrupt_leaves_the_terminal_in_order(screen, end):
    terminal = screen()
    terminal.wait_for("^ /sender ")
    end(terminal)
    assert terminal.finish() == 15 and ends_in_order(terminal)


def test_losses_are_coloured_where_there_is_colour(screen, domain):
    """/waiter's call of a service that nobody has is no loss, /sender's late timer is, in a program that blocks."""
    blocked = Process(BIN / "cli_task_nodes", "block", "--ros-args", "-r", "sender:__node:=late", domain=domain, stdin=True)
    blocked.wait_for("^blocked$")
    late = screen()
    late.wait_for("^ /late ")
    blocked.child.stdin.close()  # it goes on, periods late
    late.wait_for(r"^ /late .* [1-9]\d* +0$")
    late.wait_for(lambda s: s.has_colour())
    plain = screen(NO_COLOR="1")
    plain.wait_for(r"^ /late .* [1-9]\d* +0$")
    assert not plain.screen.has_colour()
    blocked.kill()


def test_a_terminal_that_nobody_knows_gets_plain_lines(screen):
    terminal = screen("--no-rates", term="nope-42")
    terminal.wait_for("no screen on a terminal of type 'nope-42': plain lines follow")
    terminal.wait_for("^  /sender ")
    terminal.type("\x03")
    assert terminal.finish() == 15


def test_it_ends_when_its_terminal_has_gone(screen):
    terminal = screen()
    terminal.wait_for("^ /sender ")
    os.close(terminal.file)
    pid, status = os.waitpid(terminal.pid, 0)
    terminal.status = os.waitstatus_to_exitcode(status)
    assert terminal.status in (0, 15, -signal.SIGHUP)
