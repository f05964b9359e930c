"""`ros2 pkg create`: packages that build, install and run; nothing half-made."""
import os
import re
import resource
import subprocess
from xml.dom import minidom

import pytest
from cli_network import run

from support.processes import BIN, environment


@pytest.fixture
def create(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments, **more: run("pkg", "create", *arguments, domain=3, **more)


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def done(*command, **options):
    made = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    assert made.returncode == 0, f"$ {' '.join(map(str, command))}\n{made.stdout}\n{made.stderr}"
    return made.stdout


def test_it_says_what_it_makes_as_upstream_does(create, tmp_path):
    found = create("mine", "--node-name", "hello", "--description", "does it", "--license", "MIT", "--maintainer-name", "Mia",
                   "--maintainer-email", "mia@example.org", "--dependencies", "std_msgs", "rclio")
    assert (found.status, found.stderr) == (0, "")
    assert found.stdout == f"""going to create a new package
package name: mine
destination directory: {tmp_path}
package format: 3
version: 0.0.0
description: does it
maintainer: ['Mia <mia@example.org>']
licenses: ['MIT']
build type: cmake
dependencies: ['std_msgs', 'rclio']
node_name: hello
creating folder ./mine
creating ./mine/package.xml
creating ./mine/LICENSE
creating folder ./mine/src
creating folder ./mine/include/mine
creating ./mine/CMakeLists.txt
creating ./mine/src/hello.c
"""
    assert files(tmp_path) == ["mine/CMakeLists.txt", "mine/LICENSE", "mine/package.xml", "mine/src/hello.c"]


@pytest.mark.parametrize("more", [[], ["--library-name", "helper", "--dependencies", "std_msgs"]], ids=["plain", "with a library and messages"])
def test_a_c_package_builds_installs_and_runs(create, tmp_path, start, more):
    assert create("mine", "--node-name", "hello", *more).status == 0
    done("cmake", "--install", BIN.parent, "--prefix", tmp_path / "rclio")
    done("cmake", "-S", "mine", "-B", "build", f"-DCMAKE_PREFIX_PATH={tmp_path}/rclio", f"-DCMAKE_INSTALL_PREFIX={tmp_path}/install",
         "-DCMAKE_C_FLAGS=-Werror")
    done("cmake", "--build", "build")
    done("cmake", "--install", "build")
    node = start("ros2", "run", "mine", "hello", COLCON_PREFIX_PATH=str(tmp_path / "install"))
    node.wait_for(r"\[hello\]: Hello from mine$")
    node.interrupt()
    assert run("pkg", "xml", "-t", "name", "mine", domain=3, AMENT_PREFIX_PATH=str(tmp_path / "install")).stdout == "mine\n"


@pytest.mark.parametrize("found_by", ["ament", "entry points"])
def test_a_python_package_installs_and_runs(create, tmp_path, upstream, start, found_by):
    """As colcon installs it: the program lies below lib/mine, the entry points beside the modules, as with pip."""
    assert create("mine", "--build-type", "ament_python", "--node-name", "hello", "--dependencies", "rclpy", "--description", "it's \"<so>\"").status == 0
    python, prefix = upstream.parent / "venv/bin/python3", tmp_path / "install"
    done(python, "setup.py", "install", "--prefix", prefix, "--single-version-externally-managed", "--record", tmp_path / "record", cwd=tmp_path / "mine")
    [site] = prefix.glob("lib/python3*/site-packages")
    node = start("ros2", "run", "mine", "hello", PYTHONPATH=str(site), PATH=f"{python.parent}:{os.environ['PATH']}",
                 FASTRTPS_DEFAULT_PROFILES_FILE=str(upstream.parent / "fastdds_loopback.xml"),
                 **({"AMENT_PREFIX_PATH": str(prefix)} if found_by == "ament" else {}))
    node.wait_for(r"\[hello\]: Hello from mine$")
    assert node.interrupt() == 0, node.report()


def test_what_a_user_writes_is_quoted(create, tmp_path):
    text = "a \"b\" 'c' <d> & \\e"
    assert create("one", "--description", text, "--maintainer-name", text, "--build-type", "ament_python").status == 0
    document = minidom.parse(str(tmp_path / "one/package.xml"))
    assert document.getElementsByTagName("description")[0].firstChild.data == text
    assert document.getElementsByTagName("maintainer")[0].firstChild.data == text
    code = (tmp_path / "one/setup.py").read_text()
    values = {}
    exec(code.replace("from setuptools import find_packages, setup", ""), {"setup": values.update, "find_packages": lambda **_: []})
    assert (values["description"], values["maintainer"], values["name"]) == (text, text, "one")


@pytest.mark.parametrize("name", sorted(["Apache-2.0", "BSD-3-Clause", "MIT"]))
def test_the_text_of_a_license_is_written(create, tmp_path, name):
    assert create("one", "--license", name, "--maintainer-name", "Mia").status == 0
    text = (tmp_path / "one/LICENSE").read_text()
    assert "Apache License" in text if name == "Apache-2.0" else text.startswith("Copyright (c) Mia\n")
    assert name in create("--license", "?", "x").stdout.splitlines()


def test_an_unknown_license_is_warned_of(create, tmp_path):
    found = create("one", "--license", "Own")
    assert found.status == 0
    assert "\n[WARNING]: Unknown license 'Own'.  This has been set in the package.xml, but no LICENSE file has been created.\n" in found.stdout
    assert not (tmp_path / "one/LICENSE").exists()


def test_a_node_that_is_called_as_the_library_is_renamed(create, tmp_path):
    assert "'same_node'" in create("one", "--node-name", "same", "--library-name", "same").stdout
    assert {"one/src/same.c", "one/src/same_node.c", "one/include/one/same.h"} <= set(files(tmp_path))


@pytest.mark.parametrize("arguments, line", [
    (["Mine"], "The package name 'Mine' is invalid: "), (["my-pkg"], "The package name 'my-pkg' is invalid: "), (["../up"], "The package name '../up'"),
    ([""], "The package name '' is invalid: "), (["x" * 300], "The package name 'xxx"), (["one", "--node-name", "a/b"], "The node name 'a/b' is invalid: "),
    (["one", "--library-name", "1"], "The library name '1' is invalid: "), (["one", "--dependencies", "a;b"], "The dependency name 'a;b' is invalid: "),
    (["one", "--destination-directory", "/proc/nope"], "cannot create '/proc/nope/one': "),
], ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "")
def test_what_is_wrong_is_one_line(create, tmp_path, arguments, line):
    found = create(*arguments)
    assert found.status == 1 and found.stderr.startswith(line) and found.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_left_alone(create, tmp_path):
    (tmp_path / "one").mkdir()
    found = create("one")
    assert (found.status, found.stdout) == (1, "")
    assert found.stderr == ("Aborted!\nThe directory already exists: ./one\nEither remove the directory or choose a different destination directory "
                            "or package name\n")
    assert list((tmp_path / "one").iterdir()) == []


def test_a_folder_for_it_is_made(create, tmp_path):
    assert create("one", "--destination-directory", "ws/src").status == 0
    assert (tmp_path / "ws/src/one/package.xml").exists()
    assert oct((tmp_path / "ws/src/one").stat().st_mode) == oct((tmp_path / "ws/src").stat().st_mode)


def test_a_full_disk_leaves_nothing_half_made(tmp_path):
    """A limit of the size of files stands for the disk."""
    limited = subprocess.run([BIN / "ros2", "pkg", "create", "one", "--license", "Apache-2.0"], env=environment(3), cwd=tmp_path, capture_output=True,
                             text=True, restore_signals=False, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)))
    assert limited.returncode == 1
    assert re.fullmatch(r"cannot create './one': File too large\n", limited.stderr)
    assert list(tmp_path.iterdir()) == []


def test_output_that_nobody_reads_does_no_harm(tmp_path):
    with open("/dev/full", "w") as full:
        found = subprocess.run([BIN / "ros2", "pkg", "create", "one"], env=environment(3), cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True)
    assert (found.returncode, found.stderr) == (1, "cannot write to standard output: No space left on device\n")
    assert (tmp_path / "one/package.xml").exists()
