"""The man page: every verb and option is in it, and groff has nothing to say against it."""
import re
import shutil
import subprocess

import pytest

from support.processes import BIN, environment

pytestmark = pytest.mark.skipif(not shutil.which("groff"), reason="no groff here; scripts/setup test installs it")


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    file = tmp_path_factory.mktemp("man") / "ros2.1"
    file.write_bytes(subprocess.run([BIN / "ros2", "--man"], env=environment(1), capture_output=True, check=True).stdout)
    return file


@pytest.fixture(scope="module")
def shown(page):
    done = subprocess.run(["groff", "-man", "-Tutf8", "-P-c", "-ww", "-rLL=200n", "-rHY=0", page], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return re.sub(r".\x08", "", done.stdout)


def test_groff_and_man_do_not_warn(page, shown):
    assert shown.startswith("ROS2(1)")
    if shutil.which("man"):
        done = subprocess.run(["man", "--warnings", "-l", page], capture_output=True, text=True, env={**environment(1), "LC_ALL": "C.UTF-8"})
        assert (done.returncode, done.stderr) == (0, "") and "ros2 topic echo" in re.sub(r".\x08", "", done.stdout)


def test_every_verb_with_every_option_is_there(shown):
    page = subprocess.run([BIN / "ros2", "--markdown"], env=environment(1), capture_output=True, text=True, check=True).stdout
    for verb in re.findall(r"^### (.*)$|^## ((?:run|top|graph|tasks|trace|completion))$", page, re.M):
        assert f"ros2 {verb[0] or verb[1]}\n" in shown
    for option in re.findall(r"^\| `(-.*?)` \|", page, re.M):
        assert option in shown


def test_what_an_option_is_called_can_be_copied(page):
    text = page.read_text()
    assert not re.search(r"(?<!\\)--?[a-z]", re.sub(r"^\.\S+", "", text, flags=re.M).replace("\\-", "")), "a '-' that is no \\-"
    assert "`" not in text
