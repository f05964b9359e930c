"""Parameters of nodes in Python: where their values come from, what is told of them, who may change them from outside."""
import pytest
from node_programs import lines_of, make

HEAD = """
import sys
import rclpy
from rcl_interfaces.msg import ParameterDescriptor, ParameterEvent, SetParametersResult
from rclpy.parameter import Parameter
"""
program = make(HEAD)
MAIN = """
rclpy.init(args=sys.argv[1:])
node = rclpy.create_node('nn', namespace='ns')
for name in ('a', 'b', 'deep.c'):
    node.declare_parameter(name, 'default')
print(*(node.get_parameter(name).value for name in ('a', 'b', 'deep.c')))
"""


@pytest.mark.parametrize("arguments, values", [
    ("", "default default default"),
    ("-p a:=1st", "1st default default"),
    ("-p a:=x -p a:=z -p other:b:=v -p deep.c:=w", "z default w"),
    ("--params-file FILE", "wild exact deep"),
    ("--params-file FILE -p a:=cli", "cli exact deep"),
    ("-p nn:a:=elsewhere -p b:=here", "default here default"),
])
def test_overrides_come_from_the_command_line_and_from_files(program, tmp_path, arguments, values):
    file = tmp_path / "parameters.yaml"
    file.write_text("/ns/nn:\n  ros__parameters:\n    b: exact\n    deep: {c: deep}\n/**:\n  ros__parameters:\n    a: wild\n"
                    "/other:\n  ros__parameters:\n    a: not mine\n")
    process = program(MAIN, *(f"--ros-args {arguments}".replace("FILE", str(file)).split() if arguments else []))
    assert lines_of(process) == [values]


def test_a_nodes_own_arguments_stand_above_the_command_line_and_its_parameters_above_these(program):
    assert lines_of(program("""
rclpy.init(args=['--ros-args', '-p', 'a:=global', '-p', 'b:=global', '-p', 'c:=global', '-r', 'topic:=elsewhere'])
node = rclpy.create_node('nn', cli_args=['--ros-args', '-p', 'b:=own', '-p', 'c:=own'], parameter_overrides=[Parameter('c', value='given')])
print(*(node.declare_parameter(name, '').value for name in 'abc'), node.resolve_topic_name('topic'))
alone = rclpy.create_node('alone', use_global_arguments=False, automatically_declare_parameters_from_overrides=True,
                          parameter_overrides=[Parameter('x.y', value=[1, 2])])
print(alone.has_parameter('a'), list(alone.get_parameter('x.y').value), alone.resolve_topic_name('topic'))
""")) == ["global own given /elsewhere", "False [1, 2] /topic"]


def test_types_of_overrides_are_those_of_yaml(program):
    assert lines_of(program("""
values = {'flag': 'true', 'whole': '-5', 'real': '1.5', 'text': '\\'1\\'', 'list': '[1, 2]', 'reals': '[.5]', 'words': '[a, b]', 'flags': '[yes, no]'}
rclpy.init(args=['--ros-args', *(word for name, value in values.items() for word in ('-p', f'{name}:={value}'))])
node = rclpy.create_node('nn', automatically_declare_parameters_from_overrides=True)
print(*(f'{name} {node.get_parameter(name).type_.name} {node.get_parameter(name).value}' for name in values), sep='\\n')
""")) == ["flag BOOL True", "whole INTEGER -5", "real DOUBLE 1.5", "text STRING 1", "list INTEGER_ARRAY [1, 2]", "reals DOUBLE_ARRAY [0.5]",
          "words STRING_ARRAY ['a', 'b']", "flags BOOL_ARRAY [True, False]"]


def test_events_tell_of_every_change_in_order(program):
    assert lines_of(program("""
rclpy.init()
node, watcher = rclpy.create_node('nn', namespace='ns'), rclpy.create_node('watcher')
events = []
watcher.create_subscription(ParameterEvent, '/parameter_events', lambda event: events.append(event) if event.node == '/ns/nn' else None, 100)
node.declare_parameter('a', 1)
node.declare_parameter('d', 1, ParameterDescriptor(dynamic_typing=True))
node.set_parameters([Parameter('a', value=1), Parameter('d', value='x')])
node.set_parameters_atomically([Parameter('a', value=3), Parameter('d')])
node.undeclare_parameter('a')
node.declare_parameter('last', True)
while not events or not any(parameter.name == 'last' for parameter in events[-1].new_parameters):
    rclpy.spin_once(watcher, timeout_sec=1)
for event in events:
    print(*([parameter.name for parameter in part] for part in (event.new_parameters, event.changed_parameters, event.deleted_parameters)),
          event.stamp.sec > 0)
"""))[-6:] == ["['a'] [] [] True", "['d'] [] [] True", "[] ['a'] [] True", "[] ['d'] [] True", "[] ['a'] ['d'] True", "['last'] [] [] True"]


def test_callbacks_run_in_their_order_and_may_refuse_and_change(program):
    assert lines_of(program("""
rclpy.init()
node = rclpy.create_node('nn')
node.declare_parameter('a', 1)
node.declare_parameter('b', 1)
def say(word, answer=None):
    def callback(parameters):
        print(word, [(parameter.name, parameter.value) for parameter in parameters])
        return answer(parameters) if answer else None
    return callback
fine = lambda parameters: SetParametersResult(successful=True)
node.add_pre_set_parameters_callback(say('pre', lambda parameters: [*parameters, Parameter('b', value=7)]))
node.add_on_set_parameters_callback(say('on 1', lambda parameters: SetParametersResult(successful=parameters[0].value < 5, reason='too much')))
node.add_on_set_parameters_callback(say('on 2', fine))
node.add_post_set_parameters_callback(say('post'))
print(node.set_parameters([Parameter('a', value=2)])[0].successful, node.get_parameter('b').value)
print(node.set_parameters([Parameter('a', value=9)])[0].reason, node.get_parameter('a').value)
""")) == ["pre [('a', 2)]", "on 2 [('a', 2), ('b', 7)]", "on 1 [('a', 2), ('b', 7)]", "post [('a', 2), ('b', 7)]", "True 7",
          "pre [('a', 9)]", "on 2 [('a', 9), ('b', 7)]", "on 1 [('a', 9), ('b', 7)]", "too much 2"]


@pytest.mark.parametrize("text, said", [
    ("node.get_parameter('no')", "ParameterNotDeclaredException: Invalid access to undeclared parameter(s): no"),
    ("node.declare_parameter('a', 1)", "ParameterAlreadyDeclaredException: Parameter(s) already declared: ['a']"),
    ("node.declare_parameter('', 1)", "InvalidParameterException: Invalid parameter name: "),
    ("node.declare_parameter('t', Parameter.Type.INTEGER); node.get_parameter('t')",
     "ParameterUninitializedException: The parameter 't' is not initialized: t"),
    ("node.declare_parameter('given', 'text')",
     "InvalidParameterTypeException: Trying to set parameter 'given' to '5' of type 'INTEGER', expecting type 'STRING': given"),
    ("node.declare_parameter('r', 1, ParameterDescriptor(read_only=True)); node.undeclare_parameter('r')",
     "ParameterImmutableException: Attempted to modify read-only parameter: r"),
    ("node.set_parameters([1])", "TypeError: parameter must be instance of type '<class 'rclpy.parameter.Parameter'>'"),
    ("node.declare_parameter('wide', 2**63)", "ValueError: Type 'Type.INTEGER' has 64 bits, and value '9223372036854775808' does not fit"),
    ("Parameter('x', value=[0, -2**63 - 1])", "ValueError: Type 'Type.INTEGER_ARRAY' has 64 bits, and value '[0, -9223372036854775809]' does"),
    ("rclpy.create_node('own', cli_args=['--ros-args', '-p', 'a:=[1, b]'])",
     "RCLInvalidROSArgsError: Failed to parse ROS arguments: Couldn't parse parameter override rule: '-p a:=[1, b]'. Error: "),
    ("rclpy.shutdown(); rclpy.init(args=['--ros-args', '-p', 'a:={b: 1}'])",
     "RCLError: failed to initialize rcl: Couldn't parse parameter override rule: '-p a:={b: 1}'. Error: "),
    ("Parameter('x', value={})", "TypeError: The given value is not one of the allowed types '{}'."),
])
def test_what_is_wrong_is_said_in_upstreams_words(program, text, said):
    process = program("rclpy.init(args=['--ros-args', '-p', 'given:=5'])\nnode = rclpy.create_node('nn')\nnode.declare_parameter('a', 1)\n" + text)
    assert process.finish() == 1
    assert said in process.stderr, process.report()


def test_a_node_may_do_without_services_for_its_parameters(program):
    assert lines_of(program("""
rclpy.init()
node = rclpy.create_node('quiet', start_parameter_services=False,
                         parameter_overrides=[Parameter('start_type_description_service', value=False)])
print([name for name, _ in node.get_service_names_and_types_by_node('quiet', '/')])
print(node.get_parameter('start_type_description_service').value)
""")) == ["[]", "False"]


def test_the_command_reads_and_sets_them(program, start):
    server = program("""
rclpy.init()
node = rclpy.create_node('server')
node.declare_parameter('speed', 1.5, ParameterDescriptor(description='how fast'))
node.declare_parameter('fixed', 1, ParameterDescriptor(read_only=True))
node.add_on_set_parameters_callback(lambda parameters: SetParametersResult(successful=parameters[0].value != 13.0, reason='unlucky'))
print('there', flush=True)
rclpy.spin(node)
""")
    server.wait_for("there")

    def command(*words):
        process = start("ros2", "param", *words)
        process.finish()
        return process.stdout + process.stderr

    assert "1.5" in command("get", "/server", "speed")
    assert "successful" in command("set", "/server", "speed", "2.5")
    assert "2.5" in command("get", "/server", "speed")
    assert "Trying to set a read-only parameter: fixed." in command("set", "/server", "fixed", "2")
    assert "Wrong parameter type, expected 'Type.DOUBLE' got 'Type.STRING'" in command("set", "/server", "speed", "fast")
    assert "unlucky" in command("set", "/server", "speed", "13.0")
    listing = start("ros2", "param", "list", "/server")
    listing.finish()
    assert listing.stdout.split() == ["fixed", "speed", "start_type_description_service", "use_sim_time"]
    assert "how fast" in command("describe", "/server", "speed")
