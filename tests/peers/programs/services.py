"""Services of many types, served or called by upstream, and compared; ../services.c is the same with rclio.

    services.py serve          prints "ready"; ends with standard input
    services.py call BYTES     the strings of `basic` have that many bytes; prints "ok <n> calls"
"""
import sys

import rclpy
from example_interfaces.srv import AddTwoInts
from messages import as_values
from rclpy.executors import SingleThreadedExecutor
from spinning import Spinning
from std_srvs.srv import Empty, SetBool, Trigger
from test_msgs.msg import BasicTypes as BasicTypesMessage
from test_msgs.srv import Arrays, BasicTypes
from test_msgs.srv import Empty as TestEmpty

DEADLINE = 20


def add(request, response):
    response.sum = request.a + request.b
    return response


def switch(request, response):
    response.success, response.message = request.data, 'on' if request.data else 'off'
    return response


def trigger(request, response):
    response.success, response.message = True, 'tri\u00e9'
    return response


def nothing(request, response):
    return response


def echo(request, response):
    for field in response.get_fields_and_field_types():
        setattr(response, field, getattr(request, field))
    return response


SERVICES = {'add_two_ints': (AddTwoInts, add), 'set_bool': (SetBool, switch), 'trigger': (Trigger, trigger), 'empty': (Empty, nothing),
            'test_empty': (TestEmpty, nothing), 'basic': (BasicTypes, echo), 'arrays': (Arrays, echo)}


def serve(node):
    for name, (kind, answer) in SERVICES.items():
        node.create_service(kind, name, answer)
    spinning = Spinning(SingleThreadedExecutor(), node).start()
    print('ready', flush=True)
    sys.stdin.read()
    spinning.end()


def requests(size):
    yield 'add_two_ints', AddTwoInts.Request(a=2**63 - 1, b=-9)
    yield 'add_two_ints', AddTwoInts.Request(a=-2, b=5)
    yield 'set_bool', SetBool.Request(data=True)
    yield 'set_bool', SetBool.Request(data=False)
    yield 'trigger', Trigger.Request()
    yield 'empty', Empty.Request()
    yield 'test_empty', TestEmpty.Request()
    yield 'basic', BasicTypes.Request(bool_value=True, byte_value=b'\xff', char_value=200, float32_value=0.5, float64_value=-1e300, int8_value=-128,
                                      uint16_value=65535, int32_value=-2**31, int64_value=-2**63, uint64_value=2**64 - 1,
                                      string_value='abcdefghijklmnopqrstuvwxy' * (size // 25))
    yield 'arrays', Arrays.Request(bool_values=[True, False, True], float64_values=[0.25, -1.5, 3.0], int64_values=[-1, 0, 2**63 - 1],
                                   string_values=['', 'gr\u00fcn', 'three'],
                                   basic_types_values=[BasicTypesMessage(uint8_value=1), BasicTypesMessage(uint32_value=7),
                                                       BasicTypesMessage(int16_value=-3)])


def call(node, size):
    count = 0
    for name, request in requests(size):
        kind, answer = SERVICES[name]
        client = node.create_client(kind, name)
        if not client.wait_for_service(timeout_sec=DEADLINE):
            raise SystemExit(f'{name} is not available')
        future = client.call_async(request)
        rclpy.spin_until_future_complete(node, future, timeout_sec=DEADLINE)
        if not future.done():
            raise SystemExit(f'{name} did not answer')
        expected = answer(request, kind.Response())
        if as_values(future.result()) != as_values(expected):
            raise SystemExit(f'{name} answered {str(future.result())[:300]}')
        node.destroy_client(client)
        count += 1
    print(f'ok {count} calls', flush=True)


rclpy.init()
node = rclpy.create_node('upstream_services')
if sys.argv[1] == 'serve':
    serve(node)
else:
    call(node, int(sys.argv[2]))
node.destroy_node()
rclpy.shutdown()
