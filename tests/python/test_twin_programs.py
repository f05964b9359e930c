"""One program on upstream's rclpy and on rclio prints the same: programs of twins/ for every part of the API."""
import hashlib
import json
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import twin_runs

PROGRAMS = sorted(path.stem for path in twin_runs.TWINS.glob("*.py") if path.stem not in ("tell", "signals"))
RUNS = [*PROGRAMS, "signals int", "signals term", "signals own"]

# Lines in which rclio differs by choice: program, pattern of the line that differs on either side, reason. A row that fits nothing fails.
BETTER = [
    ("names", r"(topic|service) 261 letters: .*exceed '(255U - 8U|247)'", "the number, not the expression"),
    ("names", r"namespace 261 letters: .*exceed '(RMW_NAMESPACE_MAX_NAME_LENGTH|245)'", "the number, not its name"),
    ("topics", r"^.its class: TypeError: .* got <class '(std_msgs.msg._string.Metaclass_String|MessageClass)'>", "one metaclass for all"),
    ("subclasses", r"^.added mine", "upstream's executor adds a node twice"),
    ("executors", r"^.node's after: (<|None)", "an executor that was shut down is no longer the node's"),
    ("availability", r"^.action client (before|meanwhile)", "the client is destroyed, its node is not"),
    ("lifecycle", r"^.change 1: ", "a transition that is not allowed answers its caller, and does not end the node"),
    ("lifecycle_failures", r"^\+(\[ERROR\] \[time\] \[\w+\]: (A step of the node failed|on_configure\(\) returned None)|Traceback|"
                           r"(ValueError: boom|RuntimeError: again|KeyError: 'x')$)", "upstream keeps an exception of a callback to itself"),
    ("services", r"^.wrong request: TypeError", "a sentence that names both types"),
    ("nodes", r"^.bad argument: RCLInvalidROSArgsError: .*'-r nothing'", "a cause in words, not in lexemes"),
    ("shutdown", r"^.bad (arguments|init): ", "a cause in words, not in lexemes"),
    ("shutdown", r"^.no callback: TypeError: ", "the type is in the sentence, not after it"),
    ("shutdown", r"^.shut down twice: ", "a second shutdown is no error"),
    ("action_handles", r"goal 0{30}07 was rejected", "a refused goal is said"),
    ("action_by_hand", r"goal [0-9a-f]{32} was rejected: a goal with this id is known", "a refused goal is said"),
    ("name_walk", r"^-\[WARN\] \[time\] \[rcl\]: (Node name|Namespace) not remapped to", "the exception that follows says it"),
    ("action_handles", r"^.(wrong goal|no goal): TypeError", "a sentence that names both types"),
    ("serialization", r"^.(no message|no type|none): (AttributeError|TypeError)", "a sentence that names what was given"),
]

pytestmark = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="upstream's wheels are for CPython 3.11; the language's own sentences are compared, too")


def program_of(run):
    name, *arguments = run.split()
    return twin_runs.TWINS / f"{name}.py", arguments


def upstreams_lines(upstream, run, fresh=False):
    """What upstream prints does not change: it is kept beside upstream, under the program's hash."""
    program, arguments = program_of(run)
    text = program.read_bytes() + (twin_runs.TWINS / "tell.py").read_bytes() + Path(twin_runs.__file__).read_bytes()
    kept = upstream.parent / "twins" / f"{run.replace(' ', '_')}-{hashlib.sha256(text).hexdigest()[:20]}.json"
    if kept.exists() and not fresh:
        return json.loads(kept.read_text())
    lines = twin_runs.lines(upstream, program, arguments)
    kept.parent.mkdir(exist_ok=True)
    partial = kept.with_suffix(f".{os.getpid()}")
    partial.write_text(json.dumps(lines))
    partial.replace(kept)
    return lines


@pytest.fixture(scope="module")
def twins(upstream):
    """The lines of every program on both, a few at a time: most of them wait."""
    with ThreadPoolExecutor(4) as pool:
        ours = {run: pool.submit(twin_runs.lines, sys.executable, *program_of(run)) for run in RUNS}
        theirs = {run: pool.submit(upstreams_lines, upstream, run) for run in RUNS}
        yield lambda run: (theirs[run].result(), ours[run].result())


def left_over(run, theirs, ours):
    """Differences that are not in BETTER, and the rows of it that were used."""
    used, left = set(), []
    for line in twin_runs.differences(theirs, ours):
        if re.match(r"(---|\+\+\+|@@) ", line):
            continue
        row = next((at for at, (name, pattern, _) in enumerate(BETTER) if name == run and re.search(pattern, line)), None)
        left.append(line) if row is None else used.add(row)
    return left, used


@pytest.mark.parametrize("run", RUNS)
def test_a_program_prints_the_same_on_both(upstream, twins, run):
    theirs, ours = twins(run)
    left, used = left_over(run, theirs, ours)
    if left:  # once more, each alone, before it is called a difference: both wait for a busy machine
        theirs, ours = upstreams_lines(upstream, run, fresh=True), twin_runs.lines(sys.executable, *program_of(run))
        left, used = left_over(run, theirs, ours)
    assert not left, "\n".join(line[:400] for line in left[:60])
    assert len(theirs["stdout"]) >= 1
    unused = [row for at, row in enumerate(BETTER) if row[0] == run and at not in used]
    assert not unused, f"no longer different: {unused}"
