"""Resources: files of the index, by type and name."""

import os

from ament_index_python.constants import RESOURCE_INDEX_SUBFOLDER
from ament_index_python.search_paths import get_search_paths


class InvalidResourceTypeNameError(ValueError):
    """A resource type that cannot be a folder's name."""


class InvalidResourceNameError(ValueError):
    """A resource name that cannot be a file's name."""


def _check_type(resource_type):
    assert resource_type, 'The resource type must not be empty'
    if '/' in resource_type or '\\' in resource_type:
        raise InvalidResourceTypeNameError(f"Resource type '{resource_type}' is invalid")


def _check(resource_type, resource_name):
    _check_type(resource_type)
    assert resource_name, 'The resource name must not be empty'
    if '/' in resource_name or '\\' in resource_name:
        raise InvalidResourceNameError(f"Resource name '{resource_name}' is invalid")


def _file(prefix, *parts):
    return os.path.join(prefix, RESOURCE_INDEX_SUBFOLDER, *parts)


def get_resource(resource_type, resource_name):
    """(content, prefix) of a resource. LookupError: it is not there. OSError: it cannot be read."""
    prefix = has_resource(resource_type, resource_name)
    if not prefix:
        raise LookupError(f"Could not find the resource '{resource_name}' of type '{resource_type}'")
    with open(_file(prefix, resource_type, resource_name), encoding='utf-8') as file:
        return file.read(), prefix


def get_resources(resource_type):
    """{name: prefix} of all resources of a type; the first prefix that has one counts."""
    _check_type(resource_type)
    found = {}
    for prefix in get_search_paths():
        folder = _file(prefix, resource_type)
        if os.path.isdir(folder):
            for name in os.listdir(folder):
                if os.path.isfile(os.path.join(folder, name)) and not name.startswith('.'):
                    found.setdefault(name, prefix)
    return found


def get_resource_types():
    """The set of all types that have a resource somewhere."""
    found = set()
    for prefix in get_search_paths():
        folder = _file(prefix)
        if os.path.isdir(folder):
            found.update(name for name in os.listdir(folder) if os.path.isdir(os.path.join(folder, name)) and not name.startswith('.'))
    return found


def has_resource(resource_type, resource_name):
    """The prefix of a resource; False: it is not there."""
    _check(resource_type, resource_name)
    return next((prefix for prefix in get_search_paths() if os.path.isfile(_file(prefix, resource_type, resource_name))), False)
