"""Usage, help and docs/cli.md of every verb, against the transcripts of the real tool and against argparse itself."""
import argparse
import re
import subprocess

import pytest
from cli_transcript import comparing, entries

from support.processes import BIN, ROOT, environment

EXTRA = {"--yaml-file"}  # options that upstream has not
HELP = entries("help", "help_topic", "help_node_service_action", "help_param_interface_pkg", "help_rest")
PAGE = (ROOT / "docs/cli.md").read_text()
VERBS = {}
for group_name, verb_name in re.findall(r"^### (\w+) (\w+)$", PAGE, re.M):
    VERBS.setdefault(group_name, set()).add(verb_name)
GROUPS = set(re.findall(r"^## (\w+)$", PAGE, re.M))
# of the verbs that exist; the others come later
VERB_HELP = comparing("usage and options", [e for e in HELP if len(e.arguments) == 3 and e.arguments[1] in VERBS.get(e.arguments[0], ()) and e.arguments[1] != "create"])
GROUP_HELP = comparing("usage and options", [e for e in HELP if e.status == 0 and (e.arguments in ([], ["--help"]) or (len(e.arguments) <= 2 and e.arguments[0] in (*VERBS, "run")))])


def heads(text):
    """The usage, section heads, and names of options and commands, as the transcripts keep them."""
    usage, body = re.match(r"(usage: .*?\n)(?:\n|(?=\w+.*:\n))(.*)", text, re.S).groups()
    lines = [re.match(r"  (\S.*?)(?:  |$)", line)[1] for line in body.splitlines() if re.match(r"  \S", line) and "Call `" not in line]
    return usage, lines


@pytest.mark.parametrize("entry", VERB_HELP, ids=str)
def test_the_help_of_a_verb_has_upstream_s_usage_and_options(ros2, entry):
    found = ros2(*entry.arguments)
    assert found.status == 0 and found.stderr == ""
    usage, lines = heads(found.stdout)
    expected_usage, expected = heads(entry.stdout)
    if any(re.split("[ ,]", line)[0] in EXTRA for line in lines):
        lines = [line for line in lines if re.split("[ ,]", line)[0] not in EXTRA]
        for option in EXTRA:
            usage = re.sub(rf" \[{option}[^]]*\]", "", usage)
        usage, expected_usage = usage.split(), expected_usage.split()  # it wraps elsewhere
    assert usage == expected_usage
    assert lines == expected


@pytest.mark.parametrize("entry", GROUP_HELP, ids=str)
def test_the_help_of_a_group_has_upstream_s_usage_and_options(ros2, entry):
    found = ros2(*entry.arguments)
    assert found.status == 0 and found.stderr == ""
    usage, lines = heads(found.stdout)
    expected_usage, expected = heads(entry.stdout)
    mine = GROUPS if not entry.arguments or entry.arguments == ["--help"] else VERBS.get(entry.arguments[0], set())
    assert usage == expected_usage
    assert set(lines) - mine == {line for line in expected if line.startswith("-") or not mine}
    assert [line for line in lines if line in mine] == sorted(mine)
    assert ("Commands:\n" in found.stdout) == bool(mine) and "options:\n" in found.stdout


@pytest.mark.parametrize("entry", comparing("replayed", [e for e in HELP if e.status == 2]), ids=str)
def test_an_unknown_command_is_answered_with_the_known_ones(ros2, entry):
    found = ros2(*entry.arguments)
    known = sorted(VERBS[entry.arguments[0]] if entry.arguments[0] in VERBS else GROUPS)
    expected = re.sub(r"\(choose from .*\)", "(choose from " + ", ".join(f"'{name}'" for name in known) + ")", entry.stderr)
    assert (found.status, found.stdout) == (2, "")
    assert re.fullmatch(re.escape(expected) + r"(Did you mean '\w+'\?\n)?", found.stderr)


def test_a_mistyped_command_is_answered_with_the_nearest(ros2):
    found = ros2("topic", "lst")
    assert found.status == 2 and found.stderr.endswith("Did you mean 'list'?\n")


@pytest.mark.parametrize("arguments", [["--help"], [], ["topic"], ["topic", "pub", "-h"], ["topic", "nope"], ["topic", "pub", "-r", "0"]])
def test_help_opens_nothing(ros2, arguments):
    """Neither the network nor interface folders: wrong settings of both are not noticed."""
    wrong = dict(RMW_IMPLEMENTATION="nope", CYCLONEDDS_URI="<nope", AMENT_PREFIX_PATH="/nope", RCLIO_INTERFACE_PATH="/nope")
    found = ros2(*arguments, **wrong)
    assert "nope'" not in found.stderr.replace("'nope' (choose", "")
    assert "usage: ros2" in found.stdout + found.stderr


def usage_at(columns):
    env = dict(environment(0), COLUMNS=str(columns))
    text = subprocess.run([str(BIN / "ros2"), "topic", "pub", "-h"], env=env, capture_output=True, text=True, timeout=10).stdout
    return text.split("\n\n")[0] + "\n"


@pytest.mark.parametrize("columns", [30, 40, 60, 80, 99, 140, 300])
def test_usage_wraps_as_argparse_wraps_it(monkeypatch, columns):
    """The usage of `topic pub`, rebuilt with argparse, is the same at every width."""
    monkeypatch.setenv("COLUMNS", str(columns))
    parser = argparse.ArgumentParser(prog="ros2 topic pub")
    for part in re.findall(r"\[[^]]*\]", usage_at(2000).split("topic_name")[0])[1:]:
        names = part.strip("[]").split(" | ")
        target = parser.add_mutually_exclusive_group() if len(names) > 1 else parser
        for name in names:
            option, _, value = name.partition(" ")
            target.add_argument(option, **({"metavar": value} if value else {"action": "store_true"}))
    parser.add_argument("topic_name")
    parser.add_argument("message_type")
    parser.add_argument("values", nargs="?")
    assert usage_at(columns) == parser.format_usage()


def test_unknown_options_are_reported_by_the_program(ros2):
    for arguments in (["topic", "list", "--nope"], ["topic", "--nope", "list"], ["--nope", "topic", "list"]):
        found = ros2(*arguments)
        assert (found.status, found.stdout) == (2, "")
        assert found.stderr.splitlines()[-1] == "ros2: error: unrecognized arguments: --nope"


def test_the_page_is_what_the_tables_say(ros2):
    assert ros2("--markdown").stdout == PAGE, "run: build/dev/bin/ros2 --markdown > docs/cli.md"


def test_no_verb_has_more_options_than_the_parser_keeps():
    assert max(len(section.split("\n| `")) for section in PAGE.split("\n### ")) < 64
