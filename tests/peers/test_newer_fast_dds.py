"""librclio_rtps is built with Debian's Fast DDS, 2.9. Its source compiles with that of ROS 2 Jazzy, too: with the headers of upstream's peer."""
import os
import re
import shlex
import shutil
import subprocess

import pytest

from support.processes import ROOT

SOURCES = sorted((ROOT / "src/mw/rtps").glob("*.cpp"))
FLAGS = "-std=c++17 -fsyntax-only -Wall -Wextra -Wshadow -Werror -Wno-subobject-linkage".split()


@pytest.fixture(scope="module")
def headers(upstream):
    folder = upstream.parent / "venv/include"
    config = folder / "fastrtps/config.h"
    if not config.exists():
        pytest.skip(f"upstream's peer in {upstream.parent} came without the headers of Fast DDS")
    version = re.search(r'FASTRTPS_VERSION_STR "(\d+)\.(\d+)', config.read_text())
    assert tuple(map(int, version.groups())) >= (2, 14), f"{config} is not of the Fast DDS of Jazzy"
    return folder


@pytest.fixture(scope="module")
def compiler():
    words = shlex.split(os.environ.get("CXX", "c++"))
    if not shutil.which(words[0]):
        pytest.skip(f"no C++ compiler '{words[0]}'")
    return words


def test_the_library_compiles_with_the_headers_of_jazzy(headers, compiler, tmp_path):
    together = tmp_path / "together.cpp"  # as src/CMakeLists.txt does: the headers take longer than all that includes them
    together.write_text("".join(f'#include "{source}"\n' for source in SOURCES))
    compiled = subprocess.run([*compiler, *FLAGS, "-MD", "-MF", "-", f"-I{ROOT}/include", f"-I{ROOT}/src", "-isystem", headers, together],
                              capture_output=True, text=True)
    assert compiled.returncode == 0, compiled.stderr
    read = compiled.stdout
    assert f"{headers}/fast" in read and "/usr/include/fast" not in read
