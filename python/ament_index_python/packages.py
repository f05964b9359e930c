"""Packages: resources of the type 'packages'."""

import os
import pathlib
import re
import warnings

from ament_index_python.resources import get_resource, get_resources
from ament_index_python.search_paths import get_search_paths


class PackageNotFoundError(KeyError):
    """No prefix has the package."""


def get_packages_with_prefixes():
    """{name: prefix} of all packages."""
    return get_resources('packages')


def get_package_prefix(package_name):
    """The prefix of a package. PackageNotFoundError; ValueError: that is no package's name."""
    if not re.fullmatch(r'[a-zA-Z0-9][a-zA-Z0-9_-]+', package_name):
        raise ValueError(f"'{package_name}' is not a valid package name")
    try:
        return get_resource('packages', package_name)[1]
    except LookupError:
        raise PackageNotFoundError(f"package '{package_name}' not found, searching: {get_search_paths()}") from None


def get_package_share_directory(package_name, print_warning=True):
    """<prefix>/share/<package>. Warns when that is no folder, unless print_warning is False. As get_package_prefix()."""
    path = os.path.join(get_package_prefix(package_name), 'share', package_name)
    if print_warning and not os.path.exists(path):
        warnings.warn(f'Share directory for {package_name} ({path}) does not exist.', stacklevel=2)
    return path


def get_package_share_path(package_name, print_warning=True):
    """As get_package_share_directory(), a Path."""
    return pathlib.Path(get_package_share_directory(package_name, print_warning=print_warning))
