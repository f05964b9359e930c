"""`interface packages|package|proto`, `pkg`, `daemon`, and groups that come later."""
import re

import pytest
from cli_transcript import comparing, entries


@pytest.mark.parametrize("entry", comparing("replayed", entries("interface_packages", "interface_package", "interface_proto")), ids=str)
def test_interfaces_are_shown_as_upstream_does(ros2, entry):
    found = ros2(*entry.arguments)
    assert found.status == entry.status
    if "packages" in entry.arguments:  # rclio may have more
        assert set(entry.stdout.splitlines()) <= set(found.stdout.splitlines()) and found.stdout.splitlines() == sorted(found.stdout.splitlines())
    else:
        assert sorted(found.stdout.splitlines()) == sorted(entry.stdout.splitlines())
    if "Traceback" in entry.stderr:
        assert "nope" in found.stderr and found.stderr.count("\n") == 1
    else:
        assert found.stderr.startswith(entry.stderr)


def test_a_prototype_is_what_pub_takes(ros2, network):
    text = ros2("interface", "proto", "--no-quotes", "geometry_msgs/msg/PoseStamped").stdout
    found = network.ros2("topic", "pub", "--once", "/pose", "geometry_msgs/msg/PoseStamped", text)
    assert found.status == 0 and "w=1.0" in found.stdout


def test_an_empty_request_is_an_empty_mapping(ros2):
    assert ros2("interface", "proto", "std_srvs/srv/Trigger").stdout == '"{}\n"\n'
    assert ros2("interface", "package", "-s", "std_srvs").stdout.splitlines()[0] == "std_srvs/srv/Empty"
    assert ros2("interface", "package", "-m", "std_srvs").stdout == ""


@pytest.fixture
def prefix(tmp_path):
    """An installation as ament makes one."""
    for package in ("demo_nodes_py", "other"):
        (tmp_path / "share/ament_index/resource_index/packages").mkdir(parents=True, exist_ok=True)
        (tmp_path / "share/ament_index/resource_index/packages" / package).touch()
        (tmp_path / "share" / package).mkdir()
        (tmp_path / "share" / package / "package.xml").write_text(
            '<?xml version="1.0"?>\n<!-- <version>no</version> -->\n<package format="3">\n'
            f"  <name>{package}</name>\n  <version>0.33.5</version>\n  <license>A &amp; B</license>\n"
            "  <depend>rclpy</depend>\n  <depend condition='x'>std_msgs</depend>\n"
            "  <export>\n    <build_type>ament_python</build_type>\n  </export>\n</package>\n")
    programs = tmp_path / "lib/demo_nodes_py"
    (programs / "deep").mkdir(parents=True)
    for name in ("talker", "listener", "deep/inner"):
        (programs / name).write_text("#!/bin/sh\n")
        (programs / name).chmod(0o755)
    (programs / "README").write_text("no program\n")
    return tmp_path


@pytest.mark.parametrize("variable", ["AMENT_PREFIX_PATH", "COLCON_PREFIX_PATH"])
def test_packages_are_found_by_the_index(ros2, prefix, variable):
    own = {variable: str(prefix)}
    listed = ros2("pkg", "list", **own).stdout.splitlines()
    assert {"demo_nodes_py", "other", "std_msgs"} <= set(listed) and listed == sorted(listed)
    assert ros2("pkg", "prefix", "other", **own).stdout == f"{prefix}\n"
    assert ros2("pkg", "prefix", "--share", "other", **own).stdout == f"{prefix}/share/other\n"
    programs = "demo_nodes_py listener\ndemo_nodes_py talker\ndemo_nodes_py inner\n"
    assert ros2("pkg", "executables", "demo_nodes_py", **own).stdout == programs
    assert ros2("pkg", "executables", **own).stdout == programs
    assert ros2("pkg", "executables", "--full-path", "demo_nodes_py", **own).stdout.splitlines()[1] == f"{prefix}/lib/demo_nodes_py/talker"
    assert ros2("pkg", "executables", "other", **own).stdout == ""


def test_a_workspace_has_a_prefix_for_each_package(ros2, prefix, tmp_path_factory):
    install = tmp_path_factory.mktemp("install")
    (install / "demo").symlink_to(prefix)
    assert ros2("pkg", "prefix", "other", COLCON_PREFIX_PATH=str(install)).stdout == f"{install}/demo\n"


@pytest.mark.parametrize("tag, text", [("version", "0.33.5\n"), ("license", "A & B\n"), ("depend", "rclpy\nstd_msgs\n"), ("name", "other\n")])
def test_a_tag_is_printed_alone(ros2, prefix, tag, text):
    found = ros2("pkg", "xml", "-t", tag, "other", AMENT_PREFIX_PATH=str(prefix))
    assert (found.status, found.stdout, found.stderr) == (0, text, "")


def test_the_whole_file_is_printed_as_it_is(ros2, prefix):
    assert ros2("pkg", "xml", "other", AMENT_PREFIX_PATH=str(prefix)).stdout == (prefix / "share/other/package.xml").read_text()


def test_packages_without_an_installation_are_those_of_rclio(ros2):
    assert ros2("pkg", "xml", "-t", "name", "std_msgs").stdout == "std_msgs\n"


INSTALLED = comparing("with an installation made of what they list", [e for e in entries("pkg") if "nope" not in e.arguments])


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    """Packages and programs that the transcripts list, where /opt/ros/jazzy was."""
    prefix = tmp_path_factory.mktemp("jazzy")
    index = prefix / "share/ament_index/resource_index/packages"
    index.mkdir(parents=True)
    for entry in INSTALLED:
        for line in entry.stdout.splitlines():
            if "[... cut" in line or line.startswith("/") and "/lib/" not in line or not re.match("[a-z/]", line):
                continue
            package, _, program = line.partition(" ") if not line.startswith("/") else re.fullmatch(r".*/lib/(.*)(/)(.*)", line).groups()
            (index / package).touch()
            (prefix / "share" / package).mkdir(exist_ok=True)
            (prefix / "share" / package / "package.xml").write_text(f"<package><name>{package}</name><version>0.33.5</version></package>")
            if program:
                (prefix / "lib" / package).mkdir(parents=True, exist_ok=True)
                (prefix / "lib" / package / program).write_text("#!/bin/sh\n")
                (prefix / "lib" / package / program).chmod(0o755)
    return prefix


@pytest.mark.parametrize("entry", INSTALLED, ids=str)
def test_what_is_installed_is_shown_as_upstream_does(ros2, installation, entry):
    found = ros2(*entry.arguments, AMENT_PREFIX_PATH=str(installation))
    assert (found.status, found.stderr) == (entry.status, "")
    lines = found.stdout.replace(str(installation), "/opt/ros/jazzy").splitlines()
    expected = [line for line in entry.stdout.splitlines() if "[... cut" not in line]
    if len(entry.arguments) == 2:  # of all packages: rclio's are there too, and upstream's are in no order
        assert set(expected) <= set(lines)
    else:
        assert sorted(lines) == sorted(expected)


@pytest.mark.parametrize("entry", comparing("replayed", [e for e in entries("pkg") if "nope" in e.arguments]), ids=str)
def test_an_unknown_package_is_named_as_upstream_does(ros2, entry):
    found = ros2(*entry.arguments)
    assert (found.status, found.stdout, found.stderr) == (entry.status, "", entry.stderr)


def test_what_is_missing_is_named(ros2, prefix):
    found = ros2("pkg", "prefix", "std_msg")
    assert (found.status, found.stderr) == (1, "Package not found\nDid you mean 'std_msgs'?\n")
    found = ros2("pkg", "xml", "-t", "nope", "other", AMENT_PREFIX_PATH=str(prefix))
    assert found.status == 1 and found.stderr.endswith("has no tag 'nope'\n")
    (prefix / "share/other/package.xml").unlink()
    found = ros2("pkg", "xml", "other", AMENT_PREFIX_PATH=str(prefix))
    assert found.status == 1 and found.stderr.endswith("package.xml': No such file or directory\n") and found.stderr.count("\n") == 1


@pytest.mark.parametrize("text", ["", "<", "<package", "<package><version", "<package><version>1", "</a></a><!--", "<?", "<a><b/><version/></a>"])
def test_a_broken_file_does_no_harm(ros2, prefix, text):
    (prefix / "share/other/package.xml").write_text(text)
    found = ros2("pkg", "xml", "-t", "version", "other", AMENT_PREFIX_PATH=str(prefix))
    assert found.status in (0, 1) and found.stderr.count("\n") <= 1


STATUS = comparing("replayed", [e for e in entries("daemon", "daemon_stop") if e.stdout == "The daemon is not running\n"])


@pytest.mark.parametrize("entry", STATUS, ids=str)
def test_the_daemon_does_not_run(ros2, entry):
    found = ros2(*entry.arguments)
    assert (found.status, found.stderr) == (entry.status, "")
    assert found.stdout.startswith(entry.stdout.rstrip("\n")) or entry.arguments[1] == "stop"


def test_the_daemon_is_not_needed(ros2):
    for verb in ("start", "status", "stop"):
        found = ros2("daemon", verb)
        assert (found.status, found.stderr) == (0, "")
        assert re.match(r"There is no daemon|The daemon is not running", found.stdout) and found.stdout.count("\n") == 1


LATER = comparing("answered in one line: it comes later", [
    e for e in (*entries("launch", "component_list", "component_load", "component_standalone", "component_types", "component_unload"),
                *entries("help", "help_rest")) if e.arguments[:1] in (["launch"], ["component"])])


@pytest.mark.parametrize("arguments", [e.arguments for e in LATER] + [["bag", "record", "-a"], ["security", "create_keystore", "k"]], ids=" ".join)
def test_what_comes_later_says_so_in_one_line(ros2, arguments):
    found = ros2(*arguments)
    assert (found.status, found.stdout) == (1, "")
    assert re.match(rf"ros2 {arguments[0]} is not there yet: ", found.stderr) and found.stderr.count("\n") == 1
