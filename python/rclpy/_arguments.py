"""What callbacks take. Of ordinary functions and methods it is seen at once; `inspect`, which takes long to import, is asked for others."""

from types import FunctionType, MethodType

_TAKES_ANY = 0x04  # inspect.CO_VARARGS


def plain(callback):
    """(function, how many arguments it is given already) of an ordinary function or method that nothing wraps; else None."""
    function, given = (callback.__func__, 1) if type(callback) is MethodType else (callback, 0)
    return (function, given) if type(function) is FunctionType and not function.__dict__ else None


def takes(callback, count):
    """Whether it can be called with so many arguments."""
    found = plain(callback)
    if found is not None:
        function, given = found
        code = function.__code__
        if code.co_kwonlyargcount > len(function.__kwdefaults__ or ()):
            return False
        given += count
        needed = code.co_argcount - len(function.__defaults__ or ())
        return needed <= given and (given <= code.co_argcount or bool(code.co_flags & _TAKES_ANY))
    from inspect import signature
    try:
        signature(callback).bind(*(None,) * count)
        return True
    except TypeError:
        return False
    except ValueError:  # a builtin that does not say
        return True
