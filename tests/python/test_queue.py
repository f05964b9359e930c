"""The queue between rclio's threads and Python's, under many threads."""
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
COMPILER = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")


@pytest.mark.skipif(COMPILER is None, reason="there is no C compiler")
@pytest.mark.parametrize("sanitizer", ["thread", "address,undefined"])
def test_everything_comes_out_once_and_no_wake_up_is_lost(tmp_path, sanitizer):
    program = tmp_path / "queue_stress"
    made = subprocess.run([COMPILER, "-std=gnu11", "-g", "-O1", f"-fsanitize={sanitizer}", f"-I{ROOT}/include", f"-I{ROOT}/python/extension",
                           str(HERE / "queue_stress.c"), *(str(ROOT / f"python/extension/{file}.c") for file in ("queue", "queue_items")), "-o", str(program), "-pthread"],
                          capture_output=True, text=True)
    if made.returncode and "sanitize" in made.stderr:
        pytest.skip(f"the compiler has no {sanitizer} sanitizer")
    assert made.returncode == 0, made.stderr
    ran = subprocess.run([str(program)], capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0 and ran.stdout == "put 60000, released 60000\n" and not ran.stderr, ran.stdout + ran.stderr[:4000]
