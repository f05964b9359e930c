"""The modules ``<package>.msg``, ``.srv`` and ``.action``, made from interface definitions when they are imported.

The finders that lead here are in ``_rclio_import_hook``. Message classes are made by the extension; services and actions are
plain classes that hold message classes.
"""

import importlib
import importlib.machinery
import sys
from types import ModuleType

from rclpy import _rclio

_PARTS = {
    'srv': ('Request', 'Response', 'Event'),
    'action': ('Goal', 'Result', 'Feedback'),
}


def _names(package, folder):
    """The interfaces of a package, as {module name: interface name}; None: it has none of that kind."""
    try:
        names = _rclio.interfaces(package, folder)
    except LookupError:
        return None
    return {_rclio.module_name(name).rpartition('.')[2]: name.rpartition('/')[2] for name in names} or None


def find_package(name):
    """A spec for a package of which only definitions are there; None: there are none."""
    if not any(_names(name, folder) for folder in ('msg', 'srv', 'action')):
        return None
    return importlib.machinery.ModuleSpec(name, _PackageLoader(), is_package=True)


def find_interfaces(name):
    """A spec for ``p.msg`` or ``p.msg._string``; None: there is no such interface."""
    parts = name.split('.')
    if len(parts) == 2:
        package, folder = parts
        module = None
    elif len(parts) == 3:
        package, folder, module = parts
    else:
        return None
    if folder not in ('msg', 'srv', 'action'):
        return None
    names = _names(package, folder)
    if not names or (module and module not in names):
        return None
    return importlib.machinery.ModuleSpec(name, _ModuleLoader() if module else _FolderLoader(), is_package=module is None)


def add_module(name):
    """Puts ``p.msg._string`` into sys.modules, where programs look up the module of a class. The extension calls it with each class's."""
    if name not in sys.modules:
        module = _Module(name)
        module.__spec__ = importlib.machinery.ModuleSpec(name, _ModuleLoader())
        module.__loader__, module.__package__ = module.__spec__.loader, module.__spec__.parent
        sys.modules[name] = module


def interface_class(package, folder, name):
    """The class of an interface or of one of its parts ('Fibonacci_SendGoal_Request')."""
    full_name = f'{package}/{folder}/{name}'
    if folder == 'msg':
        return _rclio.message_class(full_name)
    if full_name not in _made:
        kind = _rclio.kind(full_name)
        if kind == 'message':
            return _rclio.message_class(full_name)
        _made[full_name] = _service(full_name) if kind == 'service' else _action(full_name)
    return _made[full_name]


_made = {}


def _class(kind, full_name, namespace):
    def __init__(self):
        raise NotImplementedError(f'{kind} classes can not be instantiated')

    namespace.update(__module__=_rclio.module_name(full_name), __init__=__init__, _rclio_type=full_name)
    return type(full_name.rpartition('/')[2], (), namespace)


def _service(full_name):
    return _class('Service', full_name, {part: _rclio.message_class(f'{full_name}_{part}') for part in _PARTS['srv']})


def _action(full_name):
    package, folder, name = full_name.split('/')

    class Impl:
        SendGoalService = interface_class(package, folder, f'{name}_SendGoal')
        GetResultService = interface_class(package, folder, f'{name}_GetResult')
        FeedbackMessage = _rclio.message_class(f'{full_name}_FeedbackMessage')
        CancelGoalService = interface_class('action_msgs', 'srv', 'CancelGoal')
        GoalStatusMessage = _rclio.message_class('action_msgs/msg/GoalStatusArray')

    Impl.__module__ = _rclio.module_name(full_name)
    Impl.__qualname__ = f'{name}.Impl'
    parts = {part: _rclio.message_class(f'{full_name}_{part}') for part in _PARTS['action']}
    return _class('Action', full_name, {**parts, 'Impl': Impl})


def _all_names(folder, name):
    """An interface and its parts, as upstream's module for it holds them."""
    if folder == 'msg':
        return [name]
    names = [name] + [f'{name}_{part}' for part in _PARTS[folder]]
    if folder == 'action':
        names.append(f'{name}_FeedbackMessage')
        for service in (f'{name}_SendGoal', f'{name}_GetResult'):
            names += [service] + [f'{service}_{part}' for part in _PARTS['srv']]
    return names


class _MadeWhenAsked(ModuleType):
    """A module of interfaces: importing one makes no other."""

    def __getattr__(self, name):
        if name not in self._known():
            raise AttributeError(f"module '{self.__name__}' has no attribute '{name}'")
        value = self._make(name)
        setattr(self, name, value)
        return value

    def __dir__(self):
        return sorted(set(self.__dict__) | set(self._known()))

    def _make(self, name):
        return interface_class(*self.__name__.split('.')[:2], name)


class _Folder(_MadeWhenAsked):
    """``p.msg``."""

    def _known(self):
        if '_rclio_known' not in self.__dict__:
            package, folder = self.__name__.split('.')
            names = _names(package, folder)
            self._rclio_known = {part for name in names.values() for part in _all_names(folder, name)} | set(names)
        return self._rclio_known

    def _make(self, name):
        return importlib.import_module(f'{self.__name__}.{name}') if name[0] == '_' else super()._make(name)


class _Module(_MadeWhenAsked):
    """``p.msg._string``: where pickle and others look for a class."""

    def _known(self):
        package, folder, module = self.__name__.split('.')
        return [*_all_names(folder, _names(package, folder)[module]), '__all__']

    def _make(self, name):
        return self._known()[:-1] if name == '__all__' else super()._make(name)


class _PackageLoader:
    @staticmethod
    def create_module(spec):
        return None

    @staticmethod
    def exec_module(module):
        module.__path__ = []


class _FolderLoader:
    @staticmethod
    def create_module(spec):
        return _Folder(spec.name)

    @staticmethod
    def exec_module(module):
        module.__path__ = []
        module.__all__ = sorted(_names(*module.__name__.split('.')).values())


class _ModuleLoader:
    @staticmethod
    def create_module(spec):
        return _Module(spec.name)

    @staticmethod
    def exec_module(module):
        pass
