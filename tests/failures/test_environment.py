"""Wrong values in the environment and no network (wire.md 10.2): one line that names variable, value and what is allowed."""
import re
import shutil
import subprocess

import pytest
from support_failures import ros2

from support.processes import BIN, environment

PROGRAMS = ["talker", "sightings", "fibonacci_action_client", "fibonacci_action_server", "add_two_ints_server"]
LONG_HOST = "h" * 300
WRONG = [
    ({"ROS_DOMAIN_ID": "abc"}, r"ROS_DOMAIN_ID is not an integral number: it is 'abc', allowed is 0 to 232"),
    ({"ROS_DOMAIN_ID": "300"}, r"ROS_DOMAIN_ID is '300': allowed is 0 to 232"),
    ({"ROS_DOMAIN_ID": "-1"}, r"ROS_DOMAIN_ID is '-1': allowed is 0 to 232"),
    ({"ROS_DOMAIN_ID": "18446744073709551617"}, r"ROS_DOMAIN_ID is '18446744073709551617': allowed is 0 to 232"),
    ({"RMW_IMPLEMENTATION": "rmw_bogus"}, r"RMW_IMPLEMENTATION is 'rmw_bogus': .*rmw_cyclonedds_cpp"),
    ({"ROS_STATIC_PEERS": LONG_HOST}, r"ROS_STATIC_PEERS: the peer 'h+\.\.\.' has 300 characters, allowed are 255"),
    ({"CYCLONEDDS_URI": '<CycloneDDS><Domain><General><Interfaces><NetworkInterface name="nope0"/></Interfaces></General></Domain></CycloneDDS>'},
     r"domain \d+ cannot be joined: nope0: does not match an available interface: check CYCLONEDDS_URI"),
    ({"CYCLONEDDS_URI": "<CycloneDDS><Domain></General>"}, r"domain \d+ cannot be joined: .*tag mismatch.*: check CYCLONEDDS_URI, which is '<Cy"),
    ({"CYCLONEDDS_URI": "<CycloneDDS><Domain><Genral/></Domain></CycloneDDS>"}, r"Genral: unknown element.*: check CYCLONEDDS_URI"),
    ({"CYCLONEDDS_URI": "file:///nope.xml"}, r"can't open configuration file file:///nope.xml: check CYCLONEDDS_URI"),
]


def run(program, domain, *before, deadline=10, **more):
    done = subprocess.run([*before, str(BIN / program)], env={**environment(domain), **more}, text=True, stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=deadline)
    return done.returncode, done.stdout, done.stderr.splitlines()


@pytest.mark.parametrize("variables, line", WRONG, ids=lambda value: "=".join(*value.items())[:50] if isinstance(value, dict) else "")
def test_a_wrong_value_is_one_line_and_status_one(domain, variables, line):
    for program in PROGRAMS:
        status, output, errors = run(program, domain, **variables)
        assert (status, output, len(errors)) == (1, "", 1), (program, output, errors)
        assert re.search(line, errors[0]), (program, errors)
    status, output, errors = ros2("topic", "list", domain=domain, deadline=10, **variables)
    assert (status, output, len(errors)) == (1, [], 1), errors
    assert re.search(line, errors[0])


@pytest.mark.parametrize("variables, lines", [
    ({"ROS_AUTOMATIC_DISCOVERY_RANGE": "x"},
     [r"\[rcl\]: Invalid value 'x' specified for 'ROS_AUTOMATIC_DISCOVERY_RANGE', assuming localhost only; allowed are SUBNET, LOCALHOST, OFF"]),
    ({"ROS_AUTOMATIC_DISCOVERY_RANGE": "OFF", "ROS_STATIC_PEERS": "10.0.0.1"}, [r"ROS_STATIC_PEERS is '10.0.0.1' and is ignored: .* is OFF"]),
    ({"ROS_LOCALHOST_ONLY": "1"}, [r"ROS_LOCALHOST_ONLY is deprecated", r"'localhost_only' is enabled"]),
    ({"ROS_LOCALHOST_ONLY": "nonsense"}, [r"ROS_LOCALHOST_ONLY is deprecated", r"'localhost_only' is disabled"]),
    ({"RCUTILS_COLORIZED_OUTPUT": "5"}, [r"\[5\] specified for RCUTILS_COLORIZED_OUTPUT. Valid values are 0 .* 1"]),
    ({"RCUTILS_LOGGING_USE_STDOUT": "yes"}, [r"\[yes\] specified for RCUTILS_LOGGING_USE_STDOUT"]),
    ({"RCUTILS_LOGGING_BUFFERED_STREAM": "2"}, [r"\[2\] specified for RCUTILS_LOGGING_BUFFERED_STREAM"]),
    ({"ROS_DOMAIN_ID": "0x5"}, []), ({"ROS_DOMAIN_ID": ""}, []), ({"ROS_LOCALHOST_ONLY": ""}, []), ({"RMW_IMPLEMENTATION": ""}, []),
    ({"ROS_STATIC_PEERS": ";;127.0.0.1;"}, []),
], ids=lambda value: " ".join("=".join(item) for item in value.items()) if isinstance(value, dict) else "")
def test_what_can_be_helped_is_a_warning_and_the_node_works(domain, variables, lines):
    status, output, errors = run("sightings", domain, **variables)
    assert (status, output) == (0, "saw the cat 'Mimi' at x=1.5, certainty 0.5\n")
    assert len(errors) == len(lines), errors
    for line, found in zip(lines, errors):
        assert re.search(line, found)


@pytest.fixture
def no_network():
    """A command in front of another that runs it where no interface is up."""
    if not shutil.which("unshare") or subprocess.run(["unshare", "-n", "true"], capture_output=True).returncode:
        pytest.skip("needs `unshare -n`: root, or CAP_SYS_ADMIN")
    return ["unshare", "-n"]


@pytest.mark.parametrize("uri", [None, "loopback"])
def test_without_a_network_the_cause_and_the_cure_are_said(domain, no_network, uri):
    for program in [*PROGRAMS, "ros2"]:
        command = [*no_network, str(BIN / program), *(["topic", "list"] if program == "ros2" else [])]
        variables = environment(domain)
        if uri is None:
            del variables["CYCLONEDDS_URI"]
        done = subprocess.run(command, env=variables, text=True, stdin=subprocess.DEVNULL, capture_output=True, timeout=10)
        assert (done.returncode, done.stdout) == (1, ""), (program, done)
        assert re.fullmatch(rf"no node '/\w+': domain {domain} cannot be joined: failed to find interfaces for \"udp\": check that a network "
                            r"interface is up.*CYCLONEDDS_URI.*\n", done.stderr), done.stderr


def test_a_network_that_goes_and_comes_back_ends_nothing(start, no_network):
    """Talker and listener where only loopback is; it goes down for a while: both stay, and the messages come again."""
    ip, nsenter = shutil.which("ip"), shutil.which("nsenter")
    if not ip or not nsenter:
        pytest.skip("needs `ip` and `nsenter`, to switch an interface off")
    holder = start(shutil.which("unshare"), "-n", "sh", "-c", f"{ip} link set lo up && echo up && exec cat", stdin=True)
    holder.wait_for("^up$")
    inside = ["-t", str(holder.child.pid), "-n"]
    listener = start(nsenter, *inside, str(BIN / "listener"))
    talker = start(nsenter, *inside, str(BIN / "talker"))
    listener.wait_for("I heard: ")
    subprocess.run([nsenter, *inside, ip, "link", "set", "lo", "down"], check=True)
    sent = len(talker.wait_for("Publishing"))
    talker.wait_for("Publishing", count=sent + 2)
    subprocess.run([nsenter, *inside, ip, "link", "set", "lo", "up"], check=True)
    heard = len(listener.wait_for("I heard: "))
    listener.wait_for("I heard: ", count=heard + 3)
    assert talker.interrupt() == 0, talker.report()
    assert listener.interrupt() == 0, listener.report()
