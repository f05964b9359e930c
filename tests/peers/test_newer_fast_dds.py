"""librclio_rtps is built with Debian's Fast DDS, 2.9. Its source compiles with that of ROS 2 Jazzy, too: with the headers of upstream's peer."""
import fcntl
import os
import re
import shlex
import shutil
import subprocess

import pytest

from support.processes import ROOT

SOURCES = sorted((ROOT / "src/mw/rtps").glob("*.cpp"))
FLAGS = "-std=c++17 -fsyntax-only -Wall -Wextra -Wshadow -Werror".split()


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


@pytest.fixture(scope="module")
def precompiled(headers, compiler, tmp_path_factory):
    """The folder with all headers in one, compiled by the first process of the run that needs it; and what they were."""
    folder = tmp_path_factory.getbasetemp().parent / "newer_fast_dds"
    folder.mkdir(exist_ok=True)
    includes = [f"-I{ROOT}/include", f"-I{ROOT}/src", "-isystem", headers]
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            (folder / "all.hpp").write_text('#include "mw/rtps/fast.hpp"\n')
            command = [*compiler, *FLAGS, "-x", "c++-header", "-MD", "-MF", folder / "read", *includes, folder / "all.hpp", "-o", folder / "all.hpp.gch"]
            made = subprocess.run([word for word in command if word != "-fsyntax-only"], capture_output=True, text=True)
            assert made.returncode == 0, made.stderr
            (folder / "made").touch()
    return includes, ["-include", folder / "all.hpp"], (folder / "read").read_text()


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_each_source_compiles_with_the_headers_of_jazzy(source, precompiled, headers, compiler):
    includes, with_all, read = precompiled
    compiled = subprocess.run([*compiler, *FLAGS, "-MD", "-MF", "-", *with_all, *includes, source], capture_output=True, text=True)
    assert compiled.returncode == 0, compiled.stderr
    read += compiled.stdout
    assert f"{headers}/fast" in read and "/usr/include/fast" not in read
