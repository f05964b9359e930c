"""Tests of the Python face. They run in a virtual environment with rclio installed (tests/python/setup makes it; scripts/test rclpy runs
them in one of each Python the machine has); any other Python passes them by."""
import importlib.util

if importlib.util.find_spec("_rclio_import_hook") is None:
    collect_ignore_glob = ["test_*.py"]
