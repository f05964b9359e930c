"""Enumerations that upstream has in its compiled module."""

from enum import IntEnum


class NamedNumber(IntEnum):
    """A number whose text is its name, 'Class.NAME', in every version of Python."""

    def __str__(self):
        return f'{type(self).__name__}.{self.name}'

    def __format__(self, how):
        return format(str(self), how)
