"""Time and Duration: made, shown, compared, added, converted; what is refused."""
from builtin_interfaces.msg import Duration as DurationMsg
from builtin_interfaces.msg import Time as TimeMsg
from rclpy.clock_type import ClockType
from rclpy.constants import S_TO_NS
from rclpy.duration import Duration, Infinite
from rclpy.time import Time
from tell import tell, tell_type

print(S_TO_NS, Infinite)
for arguments in ({}, {"seconds": 1}, {"seconds": 1.5}, {"nanoseconds": 7}, {"seconds": 2, "nanoseconds": 3}, {"seconds": 1e-9}, {"seconds": -1}, {"nanoseconds": 1.5},
                  {"seconds": 2**40}, {"nanoseconds": 2**63 - 1}, {"nanoseconds": 2**63}, {"seconds": "1"}):
    tell_type(f"time {arguments}", lambda: Time(**arguments)) if "'1'" in str(arguments) else tell(f"time {arguments}", lambda: Time(**arguments))
    tell_type(f"duration {arguments}", lambda: Duration(**arguments)) if "'1'" in str(arguments) else tell(f"duration {arguments}", lambda: Duration(**arguments))
for kind in ClockType:
    tell(f"time of {kind.name}", lambda: (Time(seconds=1, clock_type=kind), Time(seconds=1, clock_type=kind).clock_type))
tell_type("wrong clock", lambda: Time(clock_type=1.5))
a, b, d = Time(seconds=10), Time(seconds=12, nanoseconds=5), Duration(seconds=3)
system = Time(seconds=10, clock_type=ClockType.STEADY_TIME)
print(a.nanoseconds, a.seconds_nanoseconds(), d.nanoseconds, b.seconds_nanoseconds())
for label, do in (("b - a", lambda: b - a), ("a - b", lambda: a - b), ("a + d", lambda: a + d), ("d + a", lambda: d + a), ("a - d", lambda: a - d), ("d - a", lambda: d - a),
                  ("a < b", lambda: a < b), ("a <= a", lambda: a <= a), ("a == a", lambda: a == Time(seconds=10)), ("a != b", lambda: a != b), ("a > b", lambda: a > b),
                  ("a >= b", lambda: a >= b), ("a == 1", lambda: a == 1), ("a < 1", lambda: a < 1), ("a + 1", lambda: a + 1), ("a - 1", lambda: a - 1), ("a + b", lambda: a + b),
                  ("a - steady", lambda: a - system), ("a < steady", lambda: a < system), ("a == steady", lambda: a == system), ("d == d", lambda: d == Duration(seconds=3)),
                  ("d < d", lambda: d < Duration(seconds=4)), ("d > d", lambda: d > Duration(seconds=4)), ("d < 1", lambda: d < 1), ("d == 1", lambda: d == 1), ("hash", lambda: hash(d)),
                  ("hash", lambda: hash(a)), ("bool", lambda: bool(Duration())),
                  ("too late", lambda: Time(nanoseconds=2**63 - 1) + Duration(nanoseconds=1)), ("too early", lambda: Time() - Duration(seconds=1))):
    tell(label, do)
tell("to a message", lambda: (a.to_msg(), d.to_msg(), Duration(seconds=-1.5).to_msg(), b.to_msg()))
tell("from a message", lambda: (Time.from_msg(TimeMsg(sec=1, nanosec=2)), Time.from_msg(TimeMsg(sec=1, nanosec=2)).clock_type))
tell("with a clock", lambda: Time.from_msg(TimeMsg(sec=1), clock_type=ClockType.SYSTEM_TIME).clock_type)
tell("duration", lambda: (Duration.from_msg(DurationMsg(sec=-1, nanosec=500000000)), Duration.from_msg(DurationMsg(sec=2))))
tell("no message", lambda: Time.from_msg(1))
tell("no message", lambda: Duration.from_msg(TimeMsg()))
tell("infinite", lambda: Infinite.to_msg())
tell("text", lambda: (str(a), repr(d), f"{a}"))
