"""Topics of types that rclio has no definition of: it learns them from upstream's nodes (~/get_type_description)."""
from pathlib import Path

PROGRAMS = Path(__file__).parent / "programs"
EXPECTED = """kind: 2
label: d\u00f6g
box: - 0.5 - 1.5 - 2.5
tags: - a - b
corners: - x: 1.5 y: 0.0 z: 0.0 - x: 0.0 y: -2.0 z: 0.0
parts: - name: ear flags: - true - false number: -7 - name: '' flags: - true - false number: 9
stamp: sec: 0 nanosec: 0"""


def test_rclio_reads_and_republishes_a_type_that_only_upstream_has(start, upstream):  # TYP-7, NOD-2
    publisher = start(upstream, PROGRAMS / "generic.py", "publish", stdin=True)
    echo = start("echo_anything", "/detections")
    relay = start("relay_anything", "/detections", "/detections_again")
    listener = start(upstream, PROGRAMS / "generic.py", "listen")
    echo.wait_for("'/detections' is of type peer_only_interfaces/msg/Detection")
    echo.wait_for("^---$")
    assert echo.stdout.split("---")[0].split() == EXPECTED.split(), echo.report()
    assert listener.finish() == 0, listener.report()
    assert "label='d\u00f6g'" in listener.stdout and "tags=['a', 'b']" in listener.stdout, listener.report()
    assert "number=9" in listener.stdout and "flags=[True, False]" in listener.stdout
    assert [echo.interrupt(), relay.interrupt(), publisher.finish()] == [0, 0, 0]


def test_rclio_filters_what_upstream_publishes(start, upstream):  # CFT-2
    subscriber = start("content_filtering_subscriber")
    publisher = start(upstream, "-c", "import rclpy\nfrom std_msgs.msg import Float32\nrclpy.init()\nnode = rclpy.create_node('hot')\n"
                      "publisher = node.create_publisher(Float32, 'temperature', 10)\nnext_one = iter(range(-40, 10**6, 10))\n"
                      "node.create_timer(0.02, lambda: publisher.publish(Float32(data=float(next(next_one)))))\nrclpy.spin(node)")
    heard = [float(line.rsplit("[", 1)[1].rstrip("]")) for line in subscriber.wait_for("emergency temperature", count=5)]
    assert all(temperature < -30 or temperature > 100 for temperature in heard)
    assert subscriber.interrupt() == 0
    publisher.kill()
