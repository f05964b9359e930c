"""Names that programs find in a module of upstream's because that module uses them, although another one has made them."""

from importlib import import_module


def _type_variable(name):
    from typing import TypeVar
    return TypeVar(name)


def from_elsewhere(module, *lines):
    """A module's `__getattr__` that finds a name when it is first asked for. A line: the module that has them, and the names; with 'TypeVar'
    for a module the names are made, and 'theirs=ours' is one that is called otherwise there."""
    places = {word.partition('=')[0]: (place, word.rpartition('=')[2]) for place, *words in (line.split() for line in lines) for word in words}

    def __getattr__(name):
        if name not in places:
            raise AttributeError(f'module {module!r} has no attribute {name!r}')
        place, real = places[name]
        value = _type_variable(name) if place == 'TypeVar' else getattr(import_module(place), real)
        setattr(import_module(module), name, value)
        return value

    return __getattr__
