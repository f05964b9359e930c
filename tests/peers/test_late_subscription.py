"""An upstream subscription that learns of rclio's publisher after that has published. Among rclio's own: tests/failures/test_late_discovery.py."""
from pathlib import Path

PROGRAMS = Path(__file__).parent / "programs"


def test_what_is_published_arrives_though_upstreams_subscription_hears_of_the_publisher_later(start, upstream):
    questions = start(upstream, PROGRAMS / "questions.py")
    asker = start("failures_late_discovery", "ask", "publications", stdin=True)
    asker.wait_for("^asked$")
    assert "question" not in questions.stdout
    asker.write("tell them\n")
    questions.wait_for("^question 42$")
    assert asker.interrupt() == 0, asker.report()
    assert asker.stderr == questions.stderr == ""
