"""Transcripts of the real tool (tests/data/cli): commands with what they printed and how they ended. Their form: the shared
reference's cli/README.md."""
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "data" / "cli"
END = re.compile(r"^-- exit (\d+)(?: \(SIGINT sent after ([\d.]+) s\))? \([\d.]+ s\) --$")


@dataclass
class Entry:
    file: str
    number: int
    command: str
    arguments: list
    stdin: str
    stdout: str
    stderr: str
    status: int
    interrupted: bool

    def __str__(self):
        return self.command


def entries(*names):
    """Every command of the named files."""
    found = []
    for name in names:
        command, part, parts, before = None, None, {}, len(found)
        for line in (DATA / f"{name}.txt").read_text().splitlines(keepends=True):
            text = line.rstrip("\n")
            end = END.match(text)
            if command is None:
                if text.startswith("$ "):
                    command, part, parts = text[2:], None, {"stdin": "", "stdout": "", "stderr": ""}
            elif end:
                found.append(Entry(name, len(found) - before, command, shlex.split(command)[1:], parts["stdin"], parts["stdout"], parts["stderr"], int(end[1]),
                                   end[2] is not None))
                command = None
            elif text in ("-- stdin --", "-- stdout --", "-- stderr --"):
                part = text.strip("- ")
            else:
                parts[part] += line
    assert found
    return found


compared = {}  # (file, number) of a block: the tests that compare it


def comparing(test, blocks):
    """Notes that `test` compares these blocks; returns them. test_cli_coverage.py holds that none is silently left out."""
    for entry in blocks:
        compared.setdefault((entry.file, entry.number), []).append(test)
    return blocks


NORMAL = [
    (re.compile(r"Hello World: \d+"), "Hello World: N"),
    (re.compile(r"\b(sec|nanosec)([:=]) ?\d{2,}"), r"\1\2 N"),
    (re.compile(r"\b((?:received|source)_timestamp): \d+"), r"\1: N"),
    (re.compile(r"GID: [0-9a-f]{2}(\.[0-9a-f]{2}){15}$", re.M), "GID: N"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "ID"),
    (re.compile(r"\[\d{9,}\.\d+\] \[_ros2cli_\d+\]"), "[TIME] [_ros2cli]"),
    (re.compile(r"^data: \d+$", re.M), "data: N"),
    (re.compile(r"^\d{10},\d+,laser"), "N,N,laser"),
    (re.compile(r"""b(['"])\\x00\\x01\\x00\\x00.{1,4}\\x00\\x00\\x00\1"""), "b'COUNT'"),
    (re.compile(r"'/\S*/([^/']+/(msg|srv|action)/\w+)\.(idl|msg|srv|action)'"), r"'\1'"),
]


def normal(text):
    """The text without times, ids and counters."""
    for expression, replacement in NORMAL:
        text = expression.sub(replacement, text)
    return text
