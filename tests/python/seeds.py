"""The programs of the seed documents, as they are: how each is run and what must be seen of it. A scenario gets the two sides that it may
start programs on, and returns what it saw, without times; test_seeds.py runs them on rclio, and with one side or both upstream."""
import os
import re
import select
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support.processes import BIN, DEADLINE, Process  # noqa: E402
from support.seeds import PROGRAMS as FOLDER  # noqa: E402
from twin_runs import words  # noqa: E402

OWN = Path(__file__).resolve().parent / "programs"
FIBONACCI = [0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55]


class Run:
    """Starts programs in one domain; `serving` and `asking` are the Pythons of the two sides."""

    def __init__(self, domain, serving, asking):
        self.domain, self.pythons, self.processes = domain, {"serving": serving, "asking": asking}, []

    def _start(self, *command):
        process = Process(*command, domain=self.domain, RCLIO_INTERFACE_PATH=str(FOLDER / "ws/src"), PYTHONDONTWRITEBYTECODE="1")
        self.processes.append(process)
        return process

    def program(self, name, *arguments, side="serving"):
        folder = OWN if (OWN / f"{name}.py").exists() else FOLDER
        return self._start(self.pythons[side], "-u", folder / f"{name}.py", *arguments)

    def ros2(self, *arguments):
        return self._start(BIN / "ros2", *arguments)

    def spins(self, node, process):
        """Waits until the node of the process answers: then it spins."""
        call = self.ros2("service", "call", f"{node}/get_parameter_types", "rcl_interfaces/srv/GetParameterTypes", "{}")
        ends = [os.pidfd_open(one.child.pid) for one in (call, process)]
        select.select(ends, [], [], DEADLINE)
        for end in ends:
            os.close(end)
        assert process.child.poll() is None, process.report()
        self.finished(call)

    @staticmethod
    def finished(process, status=0):
        assert process.finish() == status, process.report()
        return process

    def end(self):
        for process in self.processes:
            process.kill()


def said(process):
    return [line for line in words(process.stderr) if not line.startswith(("Traceback", "KeyboardInterrupt"))]


def send_goal(run, order):
    """The status that the command's client reports."""
    sent = run.finished(run.ros2("action", "send_goal", "/fibonacci", "action_tutorials_interfaces/action/Fibonacci", f"{{order: {order}}}"))
    return re.search(r"Goal finished with status: (\w+)", sent.stdout).group(1)


def logged(name, *texts, level="INFO"):
    return [f"[{level}] [time] [{name}]: {text}" for text in texts]


# ---- document 000

def server_without_succeed(run):
    server = run.program("fibonacci_action_server_1")
    client = run.finished(run.program("fibonacci_action_client_2", side="asking"))
    server.wait_for("Goal state not set")
    seen = said(client), said(server)
    return [*seen, send_goal(run, 5)]


def server_with_succeed(run):
    server = run.program("fibonacci_action_server_2")
    client = run.finished(run.program("fibonacci_action_client_1", side="asking"))
    server.wait_for("Executing goal")
    return [said(client), said(server), send_goal(run, 5)]


def server_with_sequence(run):
    server = run.program("fibonacci_action_server_3")
    client = run.finished(run.program("fibonacci_action_client_2", side="asking"))
    return [said(client), said(server)]


def server_with_feedback(run):
    server = run.program("fibonacci_action_server")
    client = run.finished(run.program("fibonacci_action_client", side="asking"))
    mine = said(client)
    mine.remove(*logged("fibonacci_action_client", "Goal accepted :)"))  # the first feedback may come before it
    return [mine, said(server)]


# ---- document 002

def asyncio_in_service(run):
    return run.finished(run.program("asyncio_in_service_callback")).stdout.splitlines()


def readme(run):
    return run.finished(run.program("ros2_asyncio_readme")).stdout.splitlines()


# ---- document 003

def basic_node(run):
    node = run.program("chapter_basic_node")
    node.wait_for("Timer fired", count=3)
    run.finished(run.ros2("topic", "pub", "--once", "/input_topic", "std_msgs/msg/String", "{data: hello}"))
    node.wait_for("Received")
    status = node.interrupt()
    return [sorted(set(said(node))), status in (130, -signal.SIGINT)]


# Found wherever they are: threads that print at the same time, unbuffered, may have both their texts before both their ends of line.
LINE_OF_WORK = re.compile(r"([A-Za-z_]\w*) (\d+) (\d+) (\d+\.\d+) (\d+\.\d+)")


def work_of(process):
    """(name, pid, thread, begin, end) of each line of chapter_executors."""
    return [(name, int(pid), int(thread), float(begin), float(end))
            for name, pid, thread, begin, end in LINE_OF_WORK.findall(process.stdout)]


def overlap(work):
    return any(one[0] != other[0] and one[3] < other[4] and other[3] < one[4] for one in work for other in work)


def executors_single(run):
    program = run.program("chapter_executors", "single")
    program.wait_for("worker1", count=4)
    program.wait_for("worker2", count=3)
    status = program.interrupt()
    work = work_of(program)
    return [len({one[1] for one in work}), len({one[2] for one in work}), overlap(work), status]


def executors_multi(run):
    program = run.program("chapter_executors", "multi")
    program.wait_for("worker1", count=6)
    program.wait_for("worker2", count=6)
    status = program.interrupt()
    work = work_of(program)
    return [len({one[1] for one in work}), len({one[2] for one in work}) > 1, overlap(work), status]


def executors_process(run):
    program = run.program("chapter_executors", "process")
    pids = {name: int(program.wait_for(f"^{name} ", count=2)[-1].split()[1]) for name in ("worker1", "worker2")}
    os.kill(pids["worker1"], signal.SIGKILL)
    program.wait_for(rf"worker1.*{pids['worker1']}.*(killed|SIGKILL|signal 9)", stream="stderr")
    seen = sum(line.startswith("worker2") for line in program.lines["stdout"])
    program.wait_for("^worker2", count=seen + 2)
    status = program.interrupt()
    return [len(set(pids.values()) | {program.child.pid}), {one[1] for one in work_of(program) if one[0] == "worker2"} == {pids["worker2"]},
            status in (0, 130), [pid for pid in pids.values() if os.path.exists(f"/proc/{pid}")]]


def offload(run):
    program = run.finished(run.program("chapter_offload"))
    _, frames, _, results = program.stdout.splitlines()[-1].split()
    return [60 <= int(frames) <= 92, 15 <= int(results) <= 30]


def parameters(run):
    node = run.program("chapter_parameters", "--ros-args", "-p", "kp:=2.0")
    node.wait_for("KP = 2.0")
    change = run.finished(run.ros2("service", "call", "/my_node/set_parameters", "rcl_interfaces/srv/SetParameters",
                                   "{parameters: [{name: kp, value: {type: 3, double_value: 3.0}}]}"))
    node.wait_for("KP updated")
    names = run.finished(run.ros2("service", "call", "/my_node/list_parameters", "rcl_interfaces/srv/ListParameters", "{}"))
    value = run.finished(run.ros2("service", "call", "/my_node/get_parameters", "rcl_interfaces/srv/GetParameters", "{names: [kp]}"))
    found = re.search(r"names=\[(.*?)\]", names.stdout).group(1).replace("'", "").split(", ")
    return [said(node), "successful=True" in change.stdout, sorted(set(found) & {"kp", "ki", "joint_name", "use_sim_time"}),
            "double_value=3.0" in value.stdout]


def patterns(run):
    """Its cancel callback is the default one, which refuses."""
    run.program("chapter_patterns", "server")
    client = ("goal_client", "/gripper/grasp", "chapter_interfaces", "GraspObject", "object_id", "7")
    return [run.finished(run.program(*client, *more, side="asking")).stdout.splitlines() for more in ([], ["cancel"])]


def cancelled_patterns(run):
    server = run.program("cancellable_grasp", FOLDER)
    client = ("goal_client", "/gripper/grasp", "chapter_interfaces", "GraspObject", "object_id", "7")
    seen = [run.finished(run.program(*client, *more, side="asking")).stdout.splitlines() for more in (["cancel"], [])]
    return [*seen, said(server)]


def policy(run):
    run.program("chapter_patterns", "server", side="asking")
    node = run.program("chapter_policy")
    run.spins("/manipulation_policy", node)
    run.finished(run.ros2("topic", "pub", "--once", "-w", "1", "/detections", "chapter_interfaces/msg/Detections", "{}"))
    run.finished(run.ros2("topic", "pub", "--once", "-w", "1", "/pose", "geometry_msgs/msg/PoseStamped", "{}"))
    node.wait_for("goal sent")
    return node.stdout.splitlines()


def progress_server(run):
    server = run.program("chapter_progress_server", "2")
    server.wait_for("tick")
    before = len(server.lines["stderr"])
    client = ("goal_client", "progress", "action_tutorials_interfaces", "Fibonacci", "order")
    done = run.finished(run.program(*client, "10", side="asking"))
    ticks = len(server.lines["stderr"]) - before
    rejected = run.finished(run.program(*client, "-1", side="asking"))
    return [done.stdout.splitlines(), rejected.stdout.splitlines(), sorted(set(said(server))), ticks >= 15]


def cancelled_progress(run):
    run.program("chapter_progress_server", "10")
    client = ("goal_client", "progress", "action_tutorials_interfaces", "Fibonacci", "order")
    return run.finished(run.program(*client, "10", "cancel", side="asking")).stdout.splitlines()


def shutdown(kind, number):
    def scenario(run):
        program = run.program("chapter_shutdown", kind)
        run.spins("/my_node", program)
        program.child.send_signal(number)
        return [program.finish(), program.stdout.splitlines(), said(program)]

    return scenario


GRACEFUL = logged("my_node", "Shutting down gracefully...")
ACCEPTED = logged("fibonacci_action_client", "Goal accepted :)")
EXECUTING = logged("fibonacci_action_server", "Executing goal...")
FEEDBACK = [f"array('i', {FIBONACCI[:count]})" for count in range(3, 12)]
GRASPED = ["status 4", "chapter_interfaces.action.GraspObject_Result(success=True)",
           "feedback 100 chapter_interfaces.action.GraspObject_Feedback(progress=0.0) chapter_interfaces.action.GraspObject_Feedback(progress=0.9900000095367432)"]

# name: the scenario, and what it must see.
SCENARIOS = {
    "fibonacci_action_server_1": (server_without_succeed, [
        [*ACCEPTED, *logged("fibonacci_action_client", "Result: array('i')")],
        [*EXECUTING, *logged("fibonacci_action_server.action_server", "Goal state not set, assuming aborted. Goal ID: [id]", level="WARN")],
        "ABORTED"]),
    "fibonacci_action_server_2": (server_with_succeed, [[], EXECUTING, "SUCCEEDED"]),
    "fibonacci_action_server_3": (server_with_sequence, [
        [*ACCEPTED, *logged("fibonacci_action_client", f"Result: array('i', {FIBONACCI})")], EXECUTING]),
    "fibonacci_action_server": (server_with_feedback, [
        logged("fibonacci_action_client", *(f"Received feedback: {one}" for one in FEEDBACK), f"Result: {FEEDBACK[-1]}"),
        [*EXECUTING, *logged("fibonacci_action_server", *(f"Feedback: {one}" for one in FEEDBACK))]]),
    "asyncio_in_service_callback": (asyncio_in_service, ["answered after 1 s"] * 2),
    "ros2_asyncio_readme": (readme, ["Hello from task"] * 5),
    "chapter_basic_node": (basic_node, [logged("my_node_name", "Received: hello", "Timer fired"), True]),
    "chapter_executors single": (executors_single, [1, 1, False, 0]),
    "chapter_executors multi": (executors_multi, [1, True, True, 0]),
    "chapter_executors process": (executors_process, [3, True, True, []]),
    "chapter_offload": (offload, [True, True]),
    "chapter_parameters": (parameters, [logged("my_node", "KP = 2.0", "KP updated to 3.0"), True, ["joint_name", "ki", "kp", "use_sim_time"], True]),
    "chapter_patterns": (patterns, [GRASPED, ["cancelling 0", *GRASPED[:2]]]),
    "chapter_patterns cancelled": (cancelled_patterns, [
        ["cancelling 1", "status 6", "chapter_interfaces.action.GraspObject_Result(success=False)"], GRASPED,
        logged("grasp_server.action_server", "Goal state not set, assuming aborted. Goal ID: [id]", level="WARN")]),
    "chapter_policy": (policy, ["goal sent 7"]),
    "chapter_progress_server": (progress_server, [
        ["status 4", f"action_tutorials_interfaces.action.Fibonacci_Result(sequence={[*range(10)]})",
         "feedback 10 action_tutorials_interfaces.action.Fibonacci_Feedback(partial_sequence=[0]) "
         f"action_tutorials_interfaces.action.Fibonacci_Feedback(partial_sequence={[*range(10)]})"],
        ["rejected"], logged("progress_server", "tick"), True]),
    "chapter_progress_server cancelled": (cancelled_progress, [
        "cancelling 1", "status 5", "action_tutorials_interfaces.action.Fibonacci_Result(sequence=[])"]),
    "chapter_shutdown default SIGINT": (shutdown("default", signal.SIGINT), [0, ["released"], []]),
    "chapter_shutdown custom SIGINT": (shutdown("custom", signal.SIGINT), [0, ["released"], GRACEFUL]),
    "chapter_shutdown custom SIGTERM": (shutdown("custom", signal.SIGTERM), [0, ["released"], GRACEFUL]),
}
