"""Transcripts that build on each other (what one command changes the next one shows), replayed in order in a network of their own."""
import re

import pytest
from cli_network import Network, own_domain
from cli_transcript import comparing, entries, normal

FILES = {
    "opts.yaml": "/refuser: {ros__parameters: {speed: 3.5, count: 4, group: {inner: {x: 9}}}}\n",
    "badtype.yaml": "/refuser: {ros__parameters: {speed: fast, nope: 1}}\n",
    "noroot.yaml": "/other: {ros__parameters: {speed: 2.0}}\n",
}
# Of the whole network's nodes only those that are here have parameters; where rclio does better, docs/cli.md says how.
ABSENT = ("/ComponentManager", "ComponentManager'")
SILENT = {"describe /refuser nope": "Parameter 'nope' is not declared"}
MESSAGE = {"load /refuser missing.yaml": "missing.yaml"}  # upstream: a traceback
PARAMETERS = comparing("in order", entries("param_get", "param_list", "param_set", "param_describe", "param_dump", "param_delete", "param_load"))
STATES = comparing("in order", entries("lifecycle_nodes", "lifecycle_get", "lifecycle_list", "lifecycle_set"))
HINTS = ("Did you mean ", "'/talker' is there, but not a managed node")


@pytest.fixture
def own_network(tmp_path, monkeypatch):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    made = Network(20, own_domain())
    yield made
    made.end_started()
    made.nodes.kill()


def kept(text):
    return [line for line in normal(text).splitlines() if not any(name in line for name in ABSENT)]


def check(network, entry):
    found = network.ros2(*entry.arguments)
    report = f"$ {entry.command}\n{found.stdout}{found.stderr}"
    assert found.status == entry.status, report
    assert kept(found.stdout) == kept(entry.stdout), report
    for command, part in (SILENT | MESSAGE).items():
        if command in entry.command:
            assert part in found.stderr and found.stderr.count("\n") == 1, report
            return
    lines = [line for line in kept(found.stderr) if not line.startswith(HINTS)]
    assert lines == kept(entry.stderr), report


def test_parameters_are_listed_read_set_and_loaded_as_upstream_does(own_network):
    for entry in PARAMETERS:
        check(own_network, entry)


def test_a_managed_node_goes_through_its_states_as_upstream_s(own_network):
    for entry in STATES:
        check(own_network, entry)


def test_the_file_that_dump_prints_is_one_that_load_reads(own_network, tmp_path):
    dumped = own_network.ros2("param", "dump", "/refuser")
    kept = [line for line in dumped.stdout.replace("speed: 1.5", "speed: 4.5").splitlines(keepends=True)
            if not re.search("locked|start_type|raw:|binary|==$", line)]  # read-only; bytes come back as strings, as upstream
    (tmp_path / "dump.yaml").write_text("".join(kept))
    loaded = own_network.ros2("param", "load", "/refuser", "dump.yaml")
    assert (loaded.status, loaded.stderr) == (0, "")
    assert own_network.ros2("param", "get", "--hide-type", "/refuser", "speed").stdout == "4.5\n"
    assert own_network.ros2("param", "dump", "/refuser").stdout == dumped.stdout.replace("speed: 1.5", "speed: 4.5")


def test_of_a_file_for_several_nodes_a_node_gets_its_own(own_network, tmp_path):
    (tmp_path / "several.yaml").write_text("/refuser: {ros__parameters: {speed: 0.5}}\n/other: {ros__parameters: {speed: 9.5}}\n"
                                           "/**: {ros__parameters: {count: 2, speed: 8.0}}\n")
    found = own_network.ros2("param", "load", "refuser", "several.yaml")
    assert (found.stdout, found.stderr) == ("Set parameter speed successful\nSet parameter count successful\n", "")
    assert own_network.ros2("param", "get", "--hide-type", "/refuser", "speed").stdout == "0.5\n"
    found = own_network.ros2("param", "load", "refuser", "several.yaml", "--no-use-wildcard")
    assert (found.stdout, found.stderr) == ("Set parameter speed successful\n", "")


def test_a_broken_file_is_named_with_its_place(own_network, tmp_path):
    (tmp_path / "broken.yaml").write_text("/refuser:\n  ros__parameters:\n    speed: [1.0,\n")
    found = own_network.ros2("param", "load", "/refuser", "broken.yaml")
    assert (found.status, found.stdout) == (1, "")
    assert found.stderr.startswith("broken.yaml:4:1: ") and found.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments, line", [
    (["param", "set", "/refuser", "nums", "[1,"], "The passed value is not valid YAML: "),
    (["param", "list", "--filter", "("], "'(' is not a regular expression: "),
], ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_what_is_wrong_is_said_before_anything_is_opened(ros2, arguments, line):
    found = ros2(*arguments, RMW_IMPLEMENTATION="rmw_nope")
    assert (found.status, found.stdout) == (1, "")
    assert found.stderr.startswith(line) and found.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments, hint", [
    (["param", "get", "/refuse", "speed"], "/refuser"), (["param", "get", "/refuser", "sped"], "speed"),
    (["lifecycle", "get", "/lc_talkr"], "/lc_talker"),
], ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_the_nearest_name_is_offered(network, arguments, hint):
    found = network.ros2(*arguments)
    assert (found.status, found.stdout) == (1, "")
    assert found.stderr.splitlines()[-1] == f"Did you mean '{hint}'?"


def test_a_node_that_comes_later_is_waited_for(ros2, domain, start):
    asking = start("ros2", "param", "get", "--timeout", "25", "/late", "use_sim_time")
    start("ros2", "topic", "pub", "-n", "late", "/t", "std_msgs/msg/String")
    status = asking.finish()
    assert (status, asking.stdout) in ((0, "Boolean value is: False"), (1, "")), asking.report()
    assert "Node not found" not in asking.stderr


def test_prefixes_take_several_names(network):
    found = network.ros2("param", "list", "/refuser", "--param-prefixes", "group", "speed")
    assert (found.status, found.stdout) == (0, "  group.inner.x\n  speed\n")
