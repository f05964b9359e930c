"""Which interfaces there are: rclio's own, and those of AMENT_PREFIX_PATH and RCLIO_INTERFACE_PATH."""

import os

from rclpy import _rclio

_FOLDERS = ('msg', 'srv', 'action')


def get_interface_packages():
    """{package: prefix of its definitions} of all packages that have interfaces."""
    return {name: _prefix(name) for name in _rclio.interface_packages()}


def _prefix(package):
    for folder in _FOLDERS:
        names = _names(package, folder)
        if names:
            return os.path.dirname(os.path.dirname(os.path.dirname(_rclio.interface_path(f'{package}/{names[0]}'))))
    return None


def _names(package, folder):
    try:
        return [name.partition('/')[2] for name in _rclio.interfaces(package, folder)]
    except LookupError:
        return []


def _interfaces(package_names, folders):
    names = list(package_names) or _rclio.interface_packages()
    found = {name: sorted(interface for folder in folders for interface in _names(name, folder)) for name in names}
    unknown = [name for name in package_names if not found[name] and name not in _rclio.interface_packages()]
    if unknown:
        raise LookupError(f'Unknown package {unknown[0]}')
    return {name: interfaces for name, interfaces in found.items() if interfaces}


def get_interfaces(package_names=()):
    """{package: ['msg/String', ...]} of these packages, or of all. LookupError: there is no such package."""
    return _interfaces(package_names, _FOLDERS)


def get_message_interfaces(package_names=()):
    """As get_interfaces(), messages only."""
    return _interfaces(package_names, ('msg',))


def get_service_interfaces(package_names=()):
    """As get_interfaces(), services only."""
    return _interfaces(package_names, ('srv',))


def get_action_interfaces(package_names=()):
    """As get_interfaces(), actions only."""
    return _interfaces(package_names, ('action',))


def get_interface_path(interface_name):
    """The file that defines 'std_msgs/msg/String'. LookupError: there is none. ValueError: that is no interface's name."""
    parts = interface_name.split('/')
    if len(parts) != 3 or not all(parts):
        raise ValueError(f"Invalid name '{interface_name}'. Expected three parts separated by '/'")
    return _rclio.interface_path(interface_name)
