"""What the suites of failures share."""
import re
import struct
import subprocess

from support.processes import BIN, DEADLINE, environment

RMW_TEXT = r"Last incompatible policy: RELIABILITY$"


def ros2(*arguments, domain, deadline=DEADLINE, **more_environment):
    """Runs a verb to its end: (status, lines of standard output, lines of standard error)."""
    done = subprocess.run([str(BIN / "ros2"), *arguments], env={**environment(domain), **more_environment}, text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=deadline)
    return done.returncode, done.stdout.splitlines(), done.stderr.splitlines()


def warnings(process):
    """The process's lines of severity WARN and above, without their head."""
    found = [re.match(r"\[(?:WARN|ERROR|FATAL)\] \[[\d.]+\] (\[.*)", line) for line in process.lines["stderr"]]
    return [match.group(1) for match in found if match]


def cdr_string(text):
    """std_msgs/msg/String with this content, CDR in hexadecimal digits."""
    data = text.encode() + b"\0"
    return (b"\0\1\0\0" + struct.pack("<I", len(data)) + data).hex()
