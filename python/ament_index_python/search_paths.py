"""The prefixes that are searched."""

import os

from ament_index_python.constants import AMENT_PREFIX_PATH_ENV_VAR


def get_search_paths():
    """The folders in AMENT_PREFIX_PATH that exist, in order. OSError: it is not set or empty."""
    paths = os.environ.get(AMENT_PREFIX_PATH_ENV_VAR)
    if not paths:
        raise OSError(f"Environment variable '{AMENT_PREFIX_PATH_ENV_VAR}' is not set or empty")
    return [path for path in paths.split(os.pathsep) if path and os.path.exists(path)]
