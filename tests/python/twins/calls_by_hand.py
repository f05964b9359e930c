"""Services and clients whose requests and responses the program takes from their handles itself, where nobody spins."""
import threading

import rclpy
from std_srvs.srv import Empty, SetBool
from tell import tell, tell_type

rclpy.init()
node = rclpy.create_node("by_hand")
called = []


def on_request(request, response):
    called.append(request.data)
    response.message = "by the callback"
    return response


service = node.create_service(SetBool, "switch", on_request)
client = node.create_client(SetBool, "switch")
client.wait_for_service()
pause = threading.Event()


def until_taken(take):
    """What take() gives once it gives something."""
    for _ in range(2000):
        taken = take()
        if taken[0] is not None:
            return taken
        pause.wait(0.005)
    return taken


def request():
    with service.handle:
        return until_taken(lambda: service.handle.service_take_request(SetBool.Request))


def response():
    with client.handle:
        return until_taken(lambda: client.handle.take_response(SetBool.Response))


tell("no request", lambda: service.handle.service_take_request(SetBool.Request))
tell("no response", lambda: client.handle.take_response(SetBool.Response))
for value in (True, False):
    number = client.handle.send_request(SetBool.Request(data=value))
    print("number", number)
    taken, header = request()
    print(taken)
    service.handle.service_send_response(SetBool.Response(success=value, message="by hand"), header.request_id)
    header, answer = response()
    print(answer, header.request_id.sequence_number == number)
tell("nothing is left", lambda: (service.handle.service_take_request(SetBool.Request), client.handle.take_response(SetBool.Response)))

numbers = [client.handle.send_request(SetBool.Request(data=bool(value))) for value in (1, 0, 1)]
taken = [request() for _ in numbers]
print([one.data for one, _ in taken])
for one, header in reversed(taken):
    service.handle.service_send_response(SetBool.Response(message=str(one.data)), header.request_id)
answers = [response() for _ in numbers]
print([answer.message for _, answer in answers], [header.request_id.sequence_number - numbers[0] for header, _ in answers])

future = client.call_async(SetBool.Request(data=True))
taken, header = request()
service.handle.service_send_response(SetBool.Response(message="to a future"), header.request_id)
rclpy.spin_until_future_complete(node, future, timeout_sec=10)
tell("future", lambda: future.result().message)
future = client.call_async(SetBool.Request(data=False))
rclpy.spin_until_future_complete(node, future, timeout_sec=10)
tell("future", lambda: (future.result().message, called))
tell("names", lambda: (client.handle.service_name, service.handle.name, client.handle.get_logger_name(), service.handle.get_logger_name()))
tell_type("no header", lambda: service.handle.service_send_response(SetBool.Response(), "x"))
node.destroy_client(client)
node.destroy_service(service)
node.destroy_node()
rclpy.shutdown()
