"""`ros2 interface`: the transcripts, and definitions that a user's folders bring in."""
import re

import pytest
from cli_transcript import comparing, entries, normal


@pytest.mark.parametrize("entry", comparing("replayed", entries("interface_show")), ids=str)
def test_show_is_upstream_s(ros2, entry):
    found = ros2(*entry.arguments, stdin=entry.stdin or None)
    assert found.status == entry.status
    without_comments = "".join(line for line in found.stdout.splitlines(keepends=True) if not line.startswith("#"))
    assert without_comments == entry.stdout
    # the reason is upstream's first line; the nearest name may follow
    assert normal(found.stderr)[:len(normal(entry.stderr))] == normal(entry.stderr)
    assert bool(found.stderr) == bool(entry.stderr)


@pytest.mark.parametrize("entry", comparing("as a subset: rclio may have more", entries("interface_list")), ids=str)
def test_list_has_what_upstream_has(ros2, entry):
    found = ros2(*entry.arguments)
    assert (found.status, found.stderr) == (0, "")
    lines = found.stdout.splitlines()
    expected = [line for line in entry.stdout.splitlines() if not line.startswith("[... cut")]
    assert lines[0] == expected[0]
    assert set(expected) <= set(lines)
    assert lines[1:] == sorted(lines[1:]) or "Services:" in lines
    cut = re.search(r"cut: (\d+) lines in all", entry.stdout)
    assert len(lines) >= (int(cut[1]) if cut else len(expected))


@pytest.fixture
def folder(tmp_path):
    package = tmp_path / "mine"
    (package / "msg").mkdir(parents=True)
    (package / "package.xml").write_text("<package><name>mine</name></package>")
    (package / "msg/Inner.msg").write_text("# about inner\nint32 X=3\nstring text 'a # b' # after\n\n# last\n")
    (package / "msg/Outer.msg").write_text("# about outer\nInner[<=2] inner # two\n\nmine/Inner one\nmine/msg/Inner[2] both\n")
    return tmp_path


def test_comments_of_nested_types_are_left_out(ros2, folder):
    found = ros2("interface", "show", "mine/msg/Outer", RCLIO_INTERFACE_PATH=str(folder))
    nested = "\tint32 X=3\n\tstring text 'a # b'\n"
    assert found.stdout == f"# about outer\nInner[<=2] inner # two\n{nested}\nmine/Inner one\n{nested}mine/msg/Inner[2] both\n{nested}"
    assert (found.status, found.stderr) == (0, "")


def test_all_comments_are_kept_or_dropped_on_demand(ros2, folder):
    shown = ros2("interface", "show", "--all-comments", "mine/msg/Outer", RCLIO_INTERFACE_PATH=str(folder)).stdout
    assert "\t# about inner\n" in shown and "\tstring text 'a # b' # after\n" in shown and "\t# last\n" in shown
    bare = ros2("interface", "show", "--no-comments", "mine/msg/Outer", RCLIO_INTERFACE_PATH=str(folder)).stdout
    assert "#" not in bare.replace("'a # b'", "") and "\n\n" not in bare


def test_a_broken_definition_is_named_with_its_place(ros2, folder):
    (folder / "mine/msg/Broken.msg").write_text("int32 a\nint33 b\n")
    found = ros2("interface", "show", "mine/msg/Broken", RCLIO_INTERFACE_PATH=str(folder))
    assert found.status == 1 and found.stdout == ""
    assert re.search(r"Broken\.msg:2:1: ", found.stderr)


def test_the_nearest_name_is_offered(ros2):
    assert "std_msgs/msg/String" in ros2("interface", "show", "std_msgs/msg/Strin").stderr
    assert "std_msgs" in ros2("interface", "show", "std_msg/msg/String").stderr


def test_nothing_on_standard_input_is_an_error(ros2):
    found = ros2("interface", "show", "-", stdin="")
    assert found.status == 1 and found.stdout == "" and found.stderr.startswith("No type on standard input")
