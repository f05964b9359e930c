"""docs/rclpy_api.md says which names of upstream's rclpy are there, and says it rightly."""
import importlib.metadata
import subprocess

import api_table


def test_the_table_of_names_is_true():
    assert api_table.TABLE.read_text() == api_table.render(), "tests/python/api_table.py --write makes docs/rclpy_api.md anew"


def test_every_reason_for_a_difference_fits_one():
    assert api_table.survey()[1] == []


def test_another_signature_is_seen():
    def parameters(function):
        return api_table.parameters_of(function)

    same = api_table.same_signature
    assert same("node, timeout_sec=None", parameters(lambda node, timeout_sec=None: 0))
    assert same("node, *, context=None", parameters(lambda node, *, context=None, more=1: 0))
    assert not same("node, timeout_sec=None", parameters(lambda node, timeout_sec=1: 0))
    assert not same("node, timeout_sec=None", parameters(lambda node, more=1, timeout_sec=None: 0))
    assert not same("node, *, context=None", parameters(lambda node, context=None: 0))
    assert not same("node", parameters(lambda nodes: 0))
    assert not same("node", parameters(lambda node, more: 0))


def test_tools_find_the_version_of_rclpy_whose_api_it_has(upstream):
    ask = "from importlib.metadata import version; print(version('rclpy'))"
    theirs = subprocess.run([upstream, "-c", ask], capture_output=True, text=True, check=True).stdout.strip()
    assert importlib.metadata.version("rclpy") == theirs


def test_what_tells_the_version_of_rclpy_goes_with_rclio():
    owned = {str(file) for file in importlib.metadata.files("rclio")}
    assert "rclpy.egg-info/PKG-INFO" in owned
    assert importlib.metadata.requires("rclpy") is None
