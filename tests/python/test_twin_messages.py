"""What a program sees of message classes is the same on upstream and on rclio."""
import difflib
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("numpy")


def lines(python, part):
    done = subprocess.run([python, Path(__file__).with_name("twin_messages.py"), part], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("part", ["show", "poke"])
@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="upstream's wheels are for CPython 3.11, whose own sentences are compared, too")
def test_classes_show_and_say_what_upstreams_do(upstream, part):
    theirs, ours = lines(upstream, part), lines(sys.executable, part)
    different = [line for line in difflib.unified_diff(theirs, ours, "upstream", "rclio", lineterm="", n=0)]
    assert len(theirs) > 100 and not different, "\n".join(line[:300] for line in different[:40])
