"""Runs one program on upstream's rclpy and on rclio and compares what the two print.

    tests/python/twin_runs.py PROGRAM [PYTHON OF RCLIO] [PYTHON OF UPSTREAM]      prints what is different; status 1 then"""
import difflib
import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support.processes import environment, next_domain, release_domain  # noqa: E402

TWINS = Path(__file__).resolve().parent / "twins"
DEADLINE = 60


# Lines of standard error that only upstream prints, and why they are left out.
UPSTREAMS_OWN = [
    (r"^\x1b\[", "Fast DDS's own log"),
    (r"^DeprecationWarning: module 'sre_", "of a parser that only upstream has"),
    (r"^The following exception was never retrieved: (cannot use Destroyable|'NoneType' object has no attribute 'trigger')",
     "a defect: an end that nobody could have handled"),
    (r"^RuntimeWarning: Failed to fini ", "a defect: the node was never made"),
]
# A callback's failure is printed at once and then raised, too; upstream only raises it. Left out with its traceback.
RCLIOS_OWN = r"Exception in (a task|the callback of .*):$"


def words(text):
    """Output without what is never the same twice: times, addresses, the frames of tracebacks, places of modules."""
    lines, in_traceback, reported = [], False, False
    for line in text.splitlines():
        if re.match(RCLIOS_OWN, line):
            reported = True
            continue
        if line.startswith("Traceback (most recent call last):"):
            in_traceback = True
            if reported:
                continue
        elif in_traceback and (not line or line[0] == " "):
            continue
        elif in_traceback:
            in_traceback = False
            if reported:
                reported = False
                continue
        line = re.sub(r"^(\[[A-Z]+\]) \[\d+\.\d+\]", r"\1 [time]", line)
        line = re.sub(r"0x[0-9a-f]{6,}", "0xADDRESS", line)
        line = re.sub(r"\brclpy\._rcl\w+\.(?:\w+\.)*", "", line)
        line = re.sub(r"Goal ID: \[[ \d]+\]", "Goal ID: [id]", line)
        line = re.sub(r", at /project/\S+:\d+", "", line)
        line, warning = re.subn(r"^\S+\.py:\d+: (\w*Warning: )", r"\1", line)
        if lines and lines[-1] is None and line.startswith("  "):
            continue  # the source line of a warning
        if any(re.search(pattern, line) for pattern, _ in UPSTREAMS_OWN):
            lines.append(None)
            continue
        lines.append(line)
        if warning:
            lines.append(None)
    return [line for line in lines if line is not None]


def start(python, program, arguments=(), **more):
    environ = environment(more.pop("domain"), PYTHONDONTWRITEBYTECODE="1", PYTHONPATH=str(TWINS), **more)
    return subprocess.Popen([str(python), "-u", str(program), *arguments], env=environ, text=True, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def collect(process, deadline=DEADLINE):
    """The lines of standard output and standard error, and the exit status."""
    try:
        out, err = process.communicate(timeout=deadline)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        err += "\ndid not end"
    return {"stdout": words(out), "stderr": words(err), "status": process.returncode}


def lines(python, program, arguments=(), domain=None, **more):
    own = domain or next_domain()
    try:
        return collect(start(python, program, arguments, domain=own, **more))
    finally:
        if domain is None:
            release_domain(own)


def differences(theirs, ours):
    found = []
    for stream in ("stdout", "stderr"):
        found += difflib.unified_diff(theirs[stream], ours[stream], f"upstream {stream}", f"rclio {stream}", lineterm="", n=0)
    if theirs["status"] != ours["status"]:
        found.append(f"status: upstream {theirs['status']}, rclio {ours['status']}")
    return found


def main():
    name, rclio, upstream = (sys.argv[1:] + [sys.executable, "/opt/upstream/python"][len(sys.argv) - 2:])[:3]
    program = TWINS / f"{name}.py" if (TWINS / f"{name}.py").exists() else Path(name)
    theirs = lines(upstream, program)
    if os.environ.get("SHOW"):
        print("\n".join(theirs["stdout"]), "\n-- stderr --\n" + "\n".join(theirs["stderr"]), "\n-- status", theirs["status"])
    found = differences(theirs, lines(rclio, program))
    print("\n".join(found) or f"the same {len(theirs['stdout'])} lines")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
