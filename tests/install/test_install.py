"""A user copies an example's folder out, builds it against the installed package, and runs it."""
import os
import re
import shutil
import subprocess

import pytest
from support.processes import BIN, ROOT


def run(*command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    assert done.returncode == 0, f"$ {' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    prefix = tmp_path_factory.mktemp("installed")
    run("cmake", "--install", BIN.parent, "--prefix", prefix)
    return prefix


def test_a_copied_example_builds_and_runs_against_the_installed_package(prefix, tmp_path, start):
    source = tmp_path / "mine"
    shutil.copytree(ROOT / "examples/c/custom_interface", source)
    run("cmake", "-S", source, "-B", source / "build", f"-DCMAKE_PREFIX_PATH={prefix}")
    run("cmake", "--build", source / "build")
    example = start(source / "build/sightings")
    assert example.finish() == 0, example.report()
    assert example.stdout == "saw the cat 'Mimi' at x=1.5, certainty 0.5"


def test_pkg_config_knows_the_library(prefix, tmp_path):
    library = next(prefix.glob("lib*/**/pkgconfig"))
    flags = run("pkg-config", "--cflags", "--libs", "rclio", env={**os.environ, "PKG_CONFIG_PATH": str(library)}).split()
    program = tmp_path / "version.c"
    program.write_text('#include <rclio/rclio.h>\nint main(void) { return rclio_status_name(RCLIO_OK)[0] != \'o\'; }\n')
    run("gcc", program, "-o", tmp_path / "version", *flags)
    run(tmp_path / "version", env={**os.environ, "LD_LIBRARY_PATH": str(library.parent)})


def test_the_installed_command_finds_the_installed_definitions(prefix, tmp_path):
    command = next(prefix.glob("bin/ros2"))
    shown = run(command, "interface", "show", "std_msgs/msg/String", cwd=tmp_path)
    assert "string data" in shown


def test_man_page_and_completions_lie_where_man_and_the_shells_look(prefix):
    manual = next(prefix.glob("share/man/man1/ros2.1")).read_text()
    assert "ros2 topic echo" in manual
    assert "complete -F" in (prefix / "share/bash-completion/completions/ros2").read_text()
    assert (prefix / "share/zsh/site-functions/_ros2").read_text().startswith("#compdef ros2\n")
    assert "complete -c ros2" in (prefix / "share/fish/vendor_completions.d/ros2.fish").read_text()


def public_functions():
    """What the public headers declare with RCLIO_API; of a macro that declares several, nothing."""
    for header in sorted((ROOT / "include/rclio").glob("*.h")):
        code = re.sub(r"/\*.*?\*/|^#define.*?[^\\]$", "", header.read_text(), flags=re.S | re.M)
        yield from re.findall(r"\bRCLIO_API\b[^;(]*?\b(\w+)\(", code)


def test_the_public_functions_and_nothing_else_are_exported():
    symbols = run("nm", "-D", "--defined-only", "--format=posix", BIN.parent / "lib/librclio.so").splitlines()
    exported = {line.split()[0].split("@")[0] for line in symbols}
    public = set(public_functions())
    assert len(public) > 100
    assert not public - exported, "declared and not there"
    stray = {name for name in exported - public if not re.fullmatch(r"rosidl_runtime_c__\w+__Sequence__\w+", name)}
    assert not stray
