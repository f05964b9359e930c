"""docs/rclpy_api.md says which names of upstream's rclpy are there, and says it rightly."""
import ast
import importlib.metadata
import subprocess
from pathlib import Path

import api_table
from rclpy import _rclio


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


def stubs():
    """Of each name in _rclio.pyi: the names of its members, and of its bases; None: it is no class."""
    found = {}
    for node in ast.parse((Path(_rclio.__file__).parent / "_rclio.pyi").read_text()).body:
        if isinstance(node, ast.ClassDef):
            members = {one.name if isinstance(one, ast.FunctionDef) else one.target.id for one in node.body
                       if isinstance(one, (ast.FunctionDef, ast.AnnAssign))}
            found[node.name] = members, [base.id for base in node.bases if isinstance(base, ast.Name)]
        elif isinstance(node, ast.FunctionDef):
            found[node.name] = None
    return found


def members_of(name, found):
    own, bases = found[name]
    return own.union(*(members_of(base, found) for base in bases if base in found))


def test_the_stubs_of_the_extension_have_what_it_has_and_nothing_else():
    found, public = stubs(), {name for name in dir(_rclio) if not name.startswith("__")}
    assert public == {name for name in found if name not in ("_Handle", "_Entity")}  # what its handles have in common
    for name in public:
        kind = getattr(_rclio, name)
        if not isinstance(kind, type):
            continue
        inherited = {member for base in kind.__mro__[1:] if not base.__module__.startswith("rclpy") for member in dir(base)}
        real = {member for member in dir(kind) if not member.startswith("__")} - inherited
        told = {member for member in members_of(name, found) if not member.startswith("__")}
        assert real == told - ({"SLOT_TYPES"} if name == "Message" else set()), name  # each message class has its own
