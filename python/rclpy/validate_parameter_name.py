"""Names of parameters."""

from rclpy.exceptions import InvalidParameterException


def validate_parameter_name(name):
    """True for anything that is not empty. InvalidParameterException: it is empty."""
    if not name:
        raise InvalidParameterException(name)
    return True
