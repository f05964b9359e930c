"""Times and durations: arithmetic, comparison, messages, and what they refuse, in upstream's words."""
import copy
import pickle

import pytest
from builtin_interfaces.msg import Duration as DurationMessage
from builtin_interfaces.msg import Time as TimeMessage
from rclpy.clock_type import ClockType
from rclpy.constants import S_TO_NS
from rclpy.duration import Duration, Infinite
from rclpy.time import Time

LAST = 2**63 - 1


@pytest.mark.parametrize("made, nanoseconds", [
    (lambda: Time(), 0), (lambda: Time(seconds=1.5), 1_500_000_000), (lambda: Time(seconds=1, nanoseconds=5), 1_000_000_005),
    (lambda: Time(nanoseconds=1.7), 1), (lambda: Time(nanoseconds=LAST), LAST), (lambda: Time(seconds=0.1), 100_000_000),
    (lambda: Duration(), 0), (lambda: Duration(seconds=-1.5), -1_500_000_000), (lambda: Duration(nanoseconds=-LAST - 1), -LAST - 1),
    (lambda: Duration(seconds=2.9999999999), 2_999_999_999), (lambda: Infinite, LAST),
    (lambda: Time(seconds=1) + Duration(seconds=2), 3 * S_TO_NS), (lambda: Duration(seconds=2) + Time(seconds=1), 3 * S_TO_NS),
    (lambda: Time(seconds=3) - Duration(seconds=2), S_TO_NS), (lambda: Time(seconds=1) - Time(seconds=3), -2 * S_TO_NS),
])
def test_seconds_and_nanoseconds_add_up(made, nanoseconds):
    assert made().nanoseconds == nanoseconds


@pytest.mark.parametrize("wrong, kind, text", [
    (lambda: Time(seconds=-1), ValueError, "Seconds value must not be negative"),
    (lambda: Time(nanoseconds=-1), ValueError, "Nanoseconds value must not be negative"),
    (lambda: Time(seconds=2, nanoseconds=-5), ValueError, "Nanoseconds value must not be negative"),
    (lambda: Time(nanoseconds=LAST + 1), OverflowError, "Total nanoseconds value is too large to store in C time point."),
    (lambda: Time(seconds=1e30), OverflowError, "Total nanoseconds value is too large to store in C time point."),
    (lambda: Time(clock_type=1), TypeError, "Clock type must be a ClockType enum"),
    (lambda: Duration(nanoseconds=LAST + 1), OverflowError, "Total nanoseconds value is too large to store in C duration."),
    (lambda: Duration(nanoseconds=-LAST - 2), OverflowError, "Total nanoseconds value is too large to store in C duration."),
    (lambda: Time(nanoseconds=LAST) + Duration(nanoseconds=1), OverflowError, "Addition leads to overflow in C storage."),
    (lambda: Time(seconds=1) - Duration(seconds=2), ValueError, "Subtraction leads to negative time."),
    (lambda: Time() - Duration(nanoseconds=LAST), ValueError, "Subtraction leads to negative time."),
    (lambda: Time() - Time(clock_type=ClockType.ROS_TIME), TypeError, "Can't subtract times with different clock types"),
    (lambda: Time() == Time(clock_type=ClockType.ROS_TIME), TypeError, "Can't compare times with different clock types"),
    (lambda: Time() < Time(clock_type=ClockType.ROS_TIME), TypeError, "Can't compare times with different clock types"),
    (lambda: Time() + Time(), TypeError, "unsupported operand type(s) for +: 'Time' and 'Time'"),
    (lambda: Time() - 1, TypeError, "unsupported operand type(s) for -: 'Time' and 'int'"),
    (lambda: Time() > Duration(), TypeError, "'>' not supported between instances of 'Time' and 'Duration'"),
    (lambda: Duration() <= 1, TypeError, "'<=' not supported between instances of 'Duration' and 'int'"),
    (lambda: hash(Time()), TypeError, "unhashable type: 'Time'"),
    (lambda: hash(Duration()), TypeError, "unhashable type: 'Duration'"),
    (lambda: Time.from_msg(DurationMessage()), TypeError, "Must pass a builtin_interfaces.msg.Time object"),
    (lambda: Duration.from_msg(3), TypeError, "Must pass a builtin_interfaces.msg.Duration object"),
    (lambda: Time.from_msg(TimeMessage(sec=-1)), ValueError, "Seconds value must not be negative"),
])
def test_what_is_wrong_is_said_in_upstreams_words(wrong, kind, text):
    with pytest.raises(kind) as failure:
        wrong()
    assert str(failure.value) == text


def test_times_and_durations_are_ordered():
    early, late = Time(seconds=1), Time(seconds=2)
    assert early < late and early <= late and late > early and late >= late and early == Time(seconds=1) and early != late
    assert Time() != 1 and not Time() == None  # noqa: E711
    short, long = Duration(seconds=-1), Duration(seconds=1)
    assert short < long and short <= short and long > short and long >= short and long == Duration(nanoseconds=S_TO_NS) and short != long
    assert Duration() != 0


def test_messages_there_and_back():
    assert Time(seconds=5, nanoseconds=7).to_msg() == TimeMessage(sec=5, nanosec=7)
    assert Time.from_msg(TimeMessage(sec=1, nanosec=2)) == Time(nanoseconds=1_000_000_002, clock_type=ClockType.ROS_TIME)
    assert Time.from_msg(TimeMessage(), clock_type=ClockType.STEADY_TIME).clock_type == ClockType.STEADY_TIME
    assert Duration(nanoseconds=-1).to_msg() == DurationMessage(sec=-1, nanosec=999_999_999)
    assert Duration.from_msg(DurationMessage(sec=-1, nanosec=5)).nanoseconds == -999_999_995
    assert Duration(seconds=3).get_c_duration().nanoseconds == 3 * S_TO_NS


def test_what_is_printed():
    assert repr(Time(seconds=1)) == "Time(nanoseconds=1000000000, clock_type=SYSTEM_TIME)"
    assert repr(Duration(seconds=1)) == "Duration(nanoseconds=1000000000)" and str(Duration(nanoseconds=-5)) == "-5 nanoseconds"
    assert repr(Infinite) == "Duration(nanoseconds=9223372036854775807)" and str(Infinite) == "Infinite"
    assert Time(seconds=1, nanoseconds=5).seconds_nanoseconds() == (1, 5)


def test_they_are_copied_and_pickled():
    for one in (Time(seconds=1, clock_type=ClockType.STEADY_TIME), Duration(seconds=-1)):
        assert copy.deepcopy(one) == one == pickle.loads(pickle.dumps(one))


def test_they_cannot_be_changed():
    with pytest.raises(AttributeError):
        Time().nanoseconds = 3
    with pytest.raises(AttributeError):
        Duration().nanoseconds = 3
