"""Which names are legal. The rules are the C library's."""

from rclpy import _rclio

NODE, NAMESPACE, GIVEN, IN_FULL = range(4)


def reason_of(kind, name):
    """None, or why a name is not legal: (the reason, the index of the first bad character)."""
    if name is None:
        raise _rclio.RCLError('failed to validate name: the argument is null')
    sentence = _rclio.check_name(kind, name)
    if sentence is None:
        return None
    first, _, rest = sentence.partition(':\n')
    return first.partition(': ')[2], len(rest.rpartition('\n')[2]) - len('   ^')


_RESULTS = {NODE: ('empty', 'characters', 'start with a number', 'length'),  # what stands in the reason; the numbers are upstream's
            NAMESPACE: ('empty', 'absolute', 'not end', 'characters', 'repeated', 'number', 'exceed')}


def reason_against_node(name, namespace):
    """None, or why there is no node of this name and namespace, with upstream's number of the rule."""
    for kind, given in ((NODE, name), (NAMESPACE, namespace)):
        found = reason_of(kind, given)
        if found:
            rule = next((number for number, word in enumerate(_RESULTS[kind], 1) if word in found[0]), 0)
            return f'{found[0]}, result: {rule}'
    return None


def check(kind, name, exception):
    """True; else the exception, made from the name, the reason and the index."""
    reason = reason_of(kind, name)
    if reason is not None:
        raise exception(name, *reason) from None  # callers come here with the error of whoever saw it first
    return True
