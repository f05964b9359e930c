"""The golden CDR vectors, as messages: those of tests/data/cdr, or of the folder that RCLIO_VECTORS names (all 1,865 of them)."""
import json
import math
import os
from pathlib import Path

import rclpy  # noqa: F401
from rclpy import _messages

FOLDER = Path(os.environ.get("RCLIO_VECTORS", Path(__file__).resolve().parents[1] / "data/cdr"))


def load(file):
    return [json.loads(line) for line in file.read_text().splitlines()]


def class_of(full_name):
    return _messages.interface_class(*full_name.split("/"))


def _number(value):
    return math.nan if value == {"__float__": "nan"} else float(value["__float__"]) if isinstance(value, dict) else value


def _element(field, value):
    base, _, _, _, nested = field
    if nested:
        return message_of(nested, value)
    return bytes([value]) if base == 16 else float(_number(value)) if base in (10, 11) else value


def message_of(full_name, value, **options):
    """The message of a vector's `value`."""
    from rclpy import _rclio
    cls = class_of(full_name)
    fields = dict(zip(cls.get_fields_and_field_types(), _rclio.fields(cls)))
    given = {name: [_element(fields[name], one) for one in of] if fields[name][1] else _element(fields[name], of)
             for name, of in value.items()}
    return cls(**given, **options)
