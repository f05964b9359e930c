"""A node that is alone pays for one DDS library only, and for few threads, until it has a service or client of its own or somebody comes
(docs/middleware.md)."""
from programs import command, lines_of

LOOK = """
def second_library():
    return 'librclio_rtps' in open('/proc/self/maps').read()
def threads():
    return sorted(open(f'/proc/self/task/{task}/comm').read().strip() for task in os.listdir('/proc/self/task'))
def own_services():
    return dict(node.get_service_names_and_types_by_node('test', '/'))
"""
MOST_THREADS = 7  # half of what upstream has
SERVICES = ["describe_parameters", "get_parameter_types", "get_parameters", "get_type_description", "list_parameters", "set_parameters",
            "set_parameters_atomically"]


def test_a_node_alone_has_its_services_and_neither_the_second_library_nor_its_threads(start):
    program = start(*command(LOOK + """
rclpy.spin_once(node, timeout_sec=0.1)
print(second_library(), len(threads()), *sorted(own_services()))
"""))
    loaded, threads, *services = lines_of(program)[-1].split()
    assert loaded == "False"
    assert int(threads) <= MOST_THREADS
    assert services == [f"/test/{name}" for name in SERVICES]


def test_a_service_a_client_or_an_action_of_its_own_loads_it(start):
    for made in ("node.create_service(Trigger, 'own', print)", "node.create_client(Trigger, 'own')",
                 "ActionServer(node, Fibonacci, 'own', print)", "ActionClient(node, Fibonacci, 'own')"):
        program = start(*command(LOOK + f"""
from rclpy.action import ActionClient, ActionServer
from std_srvs.srv import Trigger
from example_interfaces.action import Fibonacci
before = second_library()
kept = {made}
print(before, second_library(), len(own_services()) >= {len(SERVICES)})
"""))
        assert lines_of(program)[-1] == "False True True"


def test_somebody_who_comes_gets_its_parameters(start):
    motor = start(*command(LOOK + """
node.declare_parameter('speed', 1.5)
print('alone', second_library())
rclpy.spin(node)
"""))
    assert motor.wait_for("^alone") == ["alone False"]
    caller = start("ros2", "param", "get", "/test", "speed")
    assert lines_of(caller) == ["Double value is: 1.5"]
    motor.interrupt()


def test_somebody_who_comes_sees_the_services_of_a_node_that_never_spins(start):
    idle = start(*command(LOOK + """
print('alone', second_library())
sys.stdin.read()
print('then', second_library())
"""), stdin=True)
    assert idle.wait_for("^alone") == ["alone False"]
    looker = start("ros2", "node", "info", "/test")
    assert [f"/test/{name}" for name in SERVICES] == [line.split(":")[0].strip() for line in lines_of(looker) if "/test/" in line]
    assert lines_of(idle)[-1] == "then True"
