"""Services in Python: plain and async callbacks, failures, and the same as upstream's."""
from call_programs import HEAD, ends_clean, program, twins  # noqa: F401

CLIENT = """
client = node.create_client(AddTwoInts, 'add')
assert client.wait_for_service(timeout_sec=20)
def call(a, b=1):
    return client.call_async(AddTwoInts.Request(a=a, b=b))
"""


def test_a_service_is_what_it_is_on_upstream(twins):
    twins("""
service = node.create_service(AddTwoInts, 'add', add)
print(service.service_name, service.srv_name, service.srv_type is AddTwoInts, service.logger_name, service in list(node.services))
print(type(service.callback_group).__name__ == 'MutuallyExclusiveCallbackGroup', service.callback is add)
print(what(node.create_service, int, 'x', add), what(node.create_service, Fibonacci, 'x', add))
try:
    node.create_service(AddTwoInts, '{nobody}/x', add)
except ValueError as error:
    print(str(error).partition(', at ')[0])
print(node.destroy_service(service), node.destroy_service(service), what(lambda: service.service_name))
""")


def test_a_plain_and_an_async_callback_answer_as_on_upstream(twins):
    twins("""
async def add_later(request, response):
    await pause(0)
    return add(request, response)
node.create_service(AddTwoInts, 'add', add)
node.create_service(AddTwoInts, 'add_later', add_later)
for name in ('add', 'add_later'):
    client = node.create_client(AddTwoInts, name)
    print(client.wait_for_service(timeout_sec=20), until(client.call_async(AddTwoInts.Request(a=2, b=40))))
""")


def test_a_callback_may_await_asyncio(program):
    assert ends_clean(program("""
async def add_later(request, response):
    await asyncio.wait_for(asyncio.to_thread(lambda: None) if sys.version_info >= (3, 9) else pause(0.01), 5)
    await pause(0.01)
    return add(request, response)
node.create_service(AddTwoInts, 'add', add_later)
""" + CLIENT + """
print([until(call(i)).sum for i in range(3)])
""")) == ["[1, 2, 3]"]


def test_a_failing_callback_is_raised_by_spin_and_told_to_its_client(program):
    assert ends_clean(program("""
def fails(request, response):
    if request.a == 1:
        raise ValueError('boom')
    return {2: None, 3: AddTwoInts.Request()}.get(request.a, response)
node.create_service(AddTwoInts, 'add', fails)
""" + CLIENT + """
for a in (1, 2, 3, 4):
    future = call(a)
    print(a, until_spin_raises(future))
    try:
        print(until(future))
    except rclpy._rclio.RCLError as error:
        print(error)
""")) == [
        "1 ValueError: boom",
        "service '/add': ValueError: boom",
        "2 TypeError: a message of type example_interfaces/srv/AddTwoInts_Response is expected, not NoneType",
        "service '/add': TypeError: a message of type example_interfaces/srv/AddTwoInts_Response is expected, not NoneType",
        "3 TypeError: a message of type example_interfaces/srv/AddTwoInts_Response is expected, not AddTwoInts_Request",
        "service '/add': TypeError: a message of type example_interfaces/srv/AddTwoInts_Response is expected, not AddTwoInts_Request",
        "4 None",
        "example_interfaces.srv.AddTwoInts_Response(sum=0)",
    ]


def test_a_failing_async_callback_is_raised_by_spin_and_told_to_its_client(program):
    assert ends_clean(program("""
async def fails(request, response):
    await pause(0.01)
    if request.a == 1:
        raise ValueError('boom')
node.create_service(AddTwoInts, 'add', fails)
""" + CLIENT + """
for a in (1, 2):
    future = call(a)
    print(until_spin_raises(future))
    try:
        print(until(future))
    except rclpy._rclio.RCLError as error:
        print(error)
""")) == [
        "ValueError: boom",
        "service '/add': ValueError: boom",
        "TypeError: a message of type example_interfaces/srv/AddTwoInts_Response is expected, not NoneType",
        "service '/add': TypeError: a message of type example_interfaces/srv/AddTwoInts_Response is expected, not NoneType",
    ]


def test_a_service_may_be_destroyed_by_its_own_callback(program):
    assert ends_clean(program("""
def last(request, response):
    node.destroy_service(service)
    return add(request, response)
service = node.create_service(AddTwoInts, 'add', last)
""" + CLIENT + """
future = call(1)
while service in list(node.services):
    rclpy.spin_once(node, timeout_sec=20)
while not over(future):
    rclpy.spin_once(node, timeout_sec=20)
print(type(future.exception()).__name__)
""")) == ["RCLError"]


def test_requests_that_wait_when_their_service_is_destroyed_tell_their_clients(program):
    assert ends_clean(program("""
began = []
async def never(request, response):
    began.append(request)
    await asyncio.get_running_loop().create_future()
service = node.create_service(AddTwoInts, 'add', never)
""" + CLIENT + """
futures = [call(1), call(2)]
while len(began) < 1:
    rclpy.spin_once(node, timeout_sec=20)
node.destroy_service(service)
while not all(over(future) for future in futures):
    rclpy.spin_once(node, timeout_sec=20)
print([type(future.exception()).__name__ for future in futures])
""")) == ["['RCLError', 'RCLError']"]


def test_the_events_of_calls_are_told_as_on_upstream(twins):
    twins("""
from rclpy.qos import QoSProfile, qos_profile_system_default
from rclpy.service_introspection import ServiceIntrospectionState
service = node.create_service(AddTwoInts, 'add', add)
client = node.create_client(AddTwoInts, 'add')
service.configure_introspection(node.get_clock(), qos_profile_system_default, ServiceIntrospectionState.CONTENTS)
client.configure_introspection(node.get_clock(), qos_profile_system_default, ServiceIntrospectionState.METADATA)
events = []
heard = node.create_subscription(AddTwoInts.Event, 'add/_service_event', events.append, 10)
assert client.wait_for_service(timeout_sec=20)
while node.count_publishers('/add/_service_event') < 2 or heard.handle is None:
    rclpy.spin_once(node, timeout_sec=0.1)
until(client.call_async(AddTwoInts.Request(a=1, b=2)))
while len(events) < 4:
    rclpy.spin_once(node, timeout_sec=20)
for event in sorted(events, key=lambda event: (event.info.event_type, len(event.request))):
    print(event.info.event_type, event.info.sequence_number, list(event.request), list(event.response))
""")


ECHO = """
node.create_service(AddTwoInts, 'add', add)
print('ready')
try:
    rclpy.spin(node)
except BaseException:
    pass
"""


def test_upstreams_client_calls_ours(program, upstream):
    server = program(ECHO)
    server.wait_for("ready")
    assert ends_clean(program(CLIENT + "print([until(call(i)).sum for i in range(20)])", upstream)) == [str(list(range(1, 21)))]


def test_our_client_calls_upstreams(program, upstream):
    server = program(ECHO, upstream)
    server.wait_for("ready")
    assert ends_clean(program(CLIENT + "print([until(call(i)).sum for i in range(20)])")) == [str(list(range(1, 21)))]


def test_requests_that_come_while_the_service_is_being_destroyed_are_refused_while_another_thread_runs_python(program):
    """They are dropped in a turn, without the interpreter, which the other thread has: before CPython 3.12 nobody can ask whether this thread is
    attached, only whether any is (node.h py_has_turn())."""
    assert ends_clean(program("""
service = node.create_service(AddTwoInts, 'add', lambda request, response: response)
client = node.create_client(AddTwoInts, 'add')
client.wait_for_service()
ends, over = [], Future()
def busy():
    for _ in range(200):
        future = client.call_async(AddTwoInts.Request())
        while not future.done():
            pass
        ends.append(type(future.exception()).__name__)
    over.set_result(None)
with service.handle:
    node.destroy_service(service)
    thread = threading.Thread(target=busy)
    thread.start()
    rclpy.spin_until_future_complete(node, over)
    thread.join()
print(len(ends), set(ends))
""")) == ["200 {'RCLError'}"]
