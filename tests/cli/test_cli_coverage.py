"""Which blocks of the transcripts are compared, and by which test: none is silently left out."""
import importlib
from collections import Counter
from pathlib import Path

import cli_transcript
import pytest

for module in sorted(Path(__file__).parent.glob("test_cli_*.py")):
    importlib.import_module(module.stem)

LEFT_OUT = {  # (file, part of the command): why no test compares it
    ("daemon", "daemon start"): "there is no daemon: docs/cli.md; test_the_daemon_is_not_needed",
    ("daemon", "daemon status"): "after a start that started nothing",
    ("daemon_stop", "daemon stop"): "there is none to stop",
    ("help_param_interface_pkg", "pkg create"): "a traceback: upstream's build lacked a module; test_cli_create.py",
}
# Blocks of each file that are compared in each way; what is missing stands in LEFT_OUT.
TABLE = {
    "action_info": {"replayed": 4},
    "action_list": {"replayed": 2, "a number that agrees with the list": 1},
    "action_send_goal": {"replayed": 11, "noted in docs/cli.md": 1},
    "action_type": {"replayed": 2},
    "component_list": {"answered in one line: it comes later": 3},
    "component_load": {"answered in one line: it comes later": 6},
    "component_standalone": {"answered in one line: it comes later": 1},
    "component_types": {"answered in one line: it comes later": 3},
    "component_unload": {"answered in one line: it comes later": 4},
    "daemon": {"replayed": 1},
    "daemon_stop": {"replayed": 2},
    "doctor": {"replayed; warnings name no Python file": 2, "section by section": 1},
    "help": {"usage and options": 16, "answered in one line: it comes later": 2, "replayed": 3},
    "help_node_service_action": {"usage and options": 12},
    "help_param_interface_pkg": {"usage and options": 16},
    "help_rest": {"usage and options": 10, "answered in one line: it comes later": 5},
    "help_topic": {"usage and options": 9},
    "interface_list": {"as a subset: rclio may have more": 4},
    "interface_package": {"replayed": 2},
    "interface_packages": {"replayed": 4},
    "interface_proto": {"replayed": 6},
    "interface_show": {"replayed": 9},
    "launch": {"answered in one line: it comes later": 12},
    "lifecycle_get": {"in order": 5},
    "lifecycle_list": {"in order": 3},
    "lifecycle_nodes": {"in order": 3},
    "lifecycle_set": {"in order": 12},
    "node_info": {"replayed": 7},
    "node_list": {"replayed": 3, "a number that agrees with the list": 2},
    "param_delete": {"in order": 6},
    "param_describe": {"in order": 4},
    "param_dump": {"in order": 3},
    "param_get": {"in order": 14},
    "param_list": {"in order": 7},
    "param_load": {"in order": 5},
    "param_set": {"in order": 21},
    "pkg": {"with an installation made of what they list": 7, "replayed": 3},
    "run": {"status and topics; the text is the program's": 3, "replayed": 2, "what ros2 says; the rest is the program's": 7, "with another program that aborts": 1},
    "service_call": {"replayed": 11},
    "service_echo": {"replayed": 2},
    "service_find": {"replayed": 2, "a number that agrees with the list": 1},
    "service_info": {"replayed": 2},
    "service_list": {"replayed": 3, "a number that agrees with the list": 1},
    "service_type": {"replayed": 3},
    "topic_bw": {"lines with other numbers": 3},
    "topic_delay": {"lines with other numbers": 4},
    "topic_echo": {"replayed": 33, "but for the names of a source file": 1},
    "topic_find": {"replayed": 5, "a number that agrees with the list": 1},
    "topic_hz": {"lines with other numbers": 5},
    "topic_info": {"replayed": 8, "replayed with upstream's nodes": 1, "an endpoint of the list": 1},
    "topic_list": {"replayed": 7, "a number that agrees with the list": 2},
    "topic_pub": {"replayed": 28, "noted in docs/cli.md": 1},
    "topic_type": {"replayed": 4},
}


def blocks():
    return cli_transcript.entries(*sorted(path.stem for path in cli_transcript.DATA.glob("*.txt")))


def reason(entry):
    return next((why for (file, part), why in LEFT_OUT.items() if file == entry.file and part in entry.command), None)


def test_each_block_is_compared_or_has_a_reason():
    silent = [f"{e.file}: {e.command}" for e in blocks() if (e.file, e.number) not in cli_transcript.compared and not reason(e)]
    assert silent == []


def test_no_reason_is_of_yesterday():
    needed = [entry for entry in blocks() if (entry.file, entry.number) not in cli_transcript.compared]
    assert all(any(file == e.file and part in e.command for e in needed) for file, part in LEFT_OUT)


def test_the_table_says_how():
    found = {}
    for (file, _), ways in cli_transcript.compared.items():
        found.setdefault(file, Counter()).update({ways[0]: 1})
    assert {file: dict(ways) for file, ways in found.items()} == TABLE


def test_all_53_transcripts_are_here():
    assert len(list(cli_transcript.DATA.glob("*.txt"))) == 53
