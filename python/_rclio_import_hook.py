"""Makes ``from std_msgs.msg import String`` work before rclpy is imported. Run by every start of Python: it must stay small.

Message modules are made when they are imported, from interface definitions (rclpy/_messages.py). Two finders: the first knows
``<package>.msg``, ``.srv``, ``.action`` and what is below them, and goes before all others, so that classes of another ROS
installation on the path are not mixed in; the second, after all others, knows the packages themselves where there is no such
Python package.
"""

import os
import sys

_OWN = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'rclpy', 'share', 'rclio', 'interfaces')


def _may_be_there(name):
    """False: no definitions of that package, for sure. Python looks for modules that are not there at every start."""
    if os.environ.get('RCLIO_INTERFACE_PATH') or not os.path.isdir(_OWN):
        return name not in ('sitecustomize', 'usercustomize')
    prefixes = os.environ.get('AMENT_PREFIX_PATH', '').split(':')
    return any(os.path.isdir(folder) for folder in [os.path.join(_OWN, name)] + [f'{prefix}/share/{name}' for prefix in prefixes if prefix])

class _Interfaces:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if '.' not in name:
            return None
        if not name.endswith(('.msg', '.srv', '.action')) and not any(part in name for part in ('.msg._', '.srv._', '.action._')):
            return None
        from rclpy import _messages
        return _messages.find_interfaces(name)


class _Packages:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if '.' in name or name.startswith('_') or not _may_be_there(name):
            return None
        from rclpy import _messages
        return _messages.find_package(name)


def install():
    if _Interfaces not in sys.meta_path:
        sys.meta_path.insert(0, _Interfaces)
        sys.meta_path.append(_Packages)


install()
