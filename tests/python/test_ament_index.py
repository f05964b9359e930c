"""ament_index_python: packages, resources and search paths, with upstream's errors."""
import subprocess
import sys
from pathlib import Path

import ament_index_python as index
import pytest
from ament_index_python.packages import PackageNotFoundError

UNSET = "Environment variable 'AMENT_PREFIX_PATH' is not set or empty"


@pytest.fixture
def prefixes(tmp_path, monkeypatch):
    for prefix, files in (("one", {"packages/shared": "", "packages/own": "", "kind/a": "first\n", "kind/.hidden": ""}),
                          ("two", {"packages/shared": "", "packages/later": "", "kind/a": "second", "other/b": "ü"})):
        for name, content in files.items():
            path = tmp_path / prefix / index.RESOURCE_INDEX_SUBFOLDER / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
    (tmp_path / "one/share/own").mkdir(parents=True)
    monkeypatch.setenv("AMENT_PREFIX_PATH", f"{tmp_path / 'one'}:/not/there:{tmp_path / 'two'}")
    return tmp_path


def test_the_first_prefix_that_has_it_counts(prefixes):
    one, two = str(prefixes / "one"), str(prefixes / "two")
    assert index.get_search_paths() == [one, two]
    assert index.get_packages_with_prefixes() == {"shared": one, "own": one, "later": two}
    assert index.get_package_prefix("shared") == one and index.get_package_prefix("later") == two
    assert index.get_package_share_directory("own") == f"{one}/share/own" and index.get_package_share_path("own") == Path(f"{one}/share/own")
    assert index.get_resource("kind", "a") == ("first\n", one) and index.get_resource("other", "b") == ("ü", two)
    assert index.get_resources("kind") == {"a": one} and index.get_resources("nothing") == {}
    assert index.get_resource_types() == {"packages", "kind", "other"}
    assert index.has_resource("kind", "a") == one and index.has_resource("kind", "b") is False


def test_a_share_folder_that_is_not_there_is_warned_of(prefixes):
    with pytest.warns(UserWarning, match="Share directory for later .* does not exist."):
        index.get_package_share_directory("later")
    index.get_package_share_directory("later", print_warning=False)


@pytest.mark.parametrize("wrong, kind, text", [
    (lambda: index.get_package_prefix("b/ar"), ValueError, "'b/ar' is not a valid package name"),
    (lambda: index.get_package_prefix("_x"), ValueError, "'_x' is not a valid package name"),
    (lambda: index.get_package_prefix("x"), ValueError, "'x' is not a valid package name"),
    (lambda: index.get_resource("kind", "b"), LookupError, "Could not find the resource 'b' of type 'kind'"),
    (lambda: index.get_resource("", "b"), AssertionError, "The resource type must not be empty"),
    (lambda: index.get_resource("kind", ""), AssertionError, "The resource name must not be empty"),
    (lambda: index.get_resources("k/ind"), index.InvalidResourceTypeNameError, "Resource type 'k/ind' is invalid"),
    (lambda: index.has_resource("kind", "b/c"), index.InvalidResourceNameError, "Resource name 'b/c' is invalid"),
])
def test_what_is_wrong_is_said_in_upstreams_words(prefixes, wrong, kind, text):
    with pytest.raises(kind) as failure:
        wrong()
    assert str(failure.value) == text


def test_a_package_that_is_not_there_is_told_with_where_it_was_looked_for(prefixes):
    with pytest.raises(PackageNotFoundError, match="package 'nope' not found, searching: .*one.*two"):
        index.get_package_share_directory("nope")
    assert issubclass(PackageNotFoundError, KeyError)


@pytest.mark.parametrize("value", [None, ""])
def test_no_search_path_is_an_error(monkeypatch, value):
    monkeypatch.setenv("AMENT_PREFIX_PATH", value) if value is not None else monkeypatch.delenv("AMENT_PREFIX_PATH", raising=False)
    with pytest.raises(OSError, match=UNSET):
        index.get_search_paths()


def test_upstreams_module_answers_the_same(prefixes, upstream):
    program = """
from ament_index_python import *
for do in (get_search_paths, get_packages_with_prefixes, get_resource_types, lambda: get_resource('kind', 'a'), lambda: get_resource('kind', 'c'),
           lambda: get_package_prefix('nope'), lambda: get_package_prefix('a b'), lambda: get_package_share_path('own'),
           lambda: has_resource('packages', 'shared'), lambda: get_package_prefix(3)):
    try:
        found = do()
        print(sorted(found) if isinstance(found, set) else sorted(found.items()) if isinstance(found, dict) else found)
    except Exception as error:
        print(type(error).__name__, error)
"""
    ours, theirs = (subprocess.run([python, "-c", program], capture_output=True, text=True, check=True).stdout for python in (sys.executable, upstream))
    assert ours.replace(", got 'int'", "") == theirs.replace(", got 'int'", "")
