"""For the twin programs: says what happened, in words that are the same on both stacks when it is the same."""
import enum
import time

import rclpy


# Enumerations that are not Python's on one of the stacks.
NATIVE = ("GoalEvent", "TransitionCallbackReturn", "TransitionCallbackReturnType", "ClockType", "ClockChange", "QoSCompatibility")


def text(value):
    """A value in words that name no address and no place."""
    if isinstance(value, enum.Enum) or type(value).__name__ in NATIVE:
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, (list, tuple)) and type(value) in (list, tuple):
        inner = ", ".join(text(one) for one in value)
        return f"[{inner}]" if isinstance(value, list) else f"({inner})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{text(key)}: {text(one)}" for key, one in value.items()) + "}"
    shown = str(value) if type(value).__name__ == "QoSProfile" else repr(value)
    return f"<{type(value).__name__}>" if " at 0x" in shown or " object at " in shown else shown


def said(do):
    try:
        return text(do())
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def tell(label, do):
    print(f"{label}: {said(do)}", flush=True)


def tell_type(label, do):
    """For errors whose sentence is that of the language or of the binding."""
    print(f"{label}: {said(do).split(':')[0]}", flush=True)


def spin_until(spinner, condition, seconds=20.0):
    """Spins a node or an executor until the condition holds."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            print("gave up", flush=True)
            return False
        if hasattr(spinner, "spin_once"):
            spinner.spin_once(timeout_sec=0.1)
        else:
            rclpy.spin_once(spinner, timeout_sec=0.1)
    return True
