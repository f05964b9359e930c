"""Each side of a topic learns of the other by itself, and one of them late. What a publisher sends that knows its subscription arrives; who
answers a message must know of the subscription that waits for the answer, and has two ways to (docs/topics.md)."""
import pytest

from support.processes import BIN

PROGRAM = BIN / "failures_late_discovery"


def end_well(asker, answerer):
    asker.wait_for("^answered$")
    assert asker.finish() == 0, asker.report()
    assert answerer.interrupt() == 0, answerer.report()
    assert asker.stderr == answerer.stderr == ""


@pytest.mark.parametrize("first", [[], ["--first"]], ids=["its callback waits", "its publisher comes first"])
def test_what_is_published_arrives_though_its_subscription_hears_of_the_publisher_later(start, first):
    answerer = start(PROGRAM, "answer", *first)
    asker = start(PROGRAM, "ask", "publications", stdin=True)
    asker.wait_for("^asked$")
    assert "question" not in answerer.stdout
    asker.write("tell them\n")
    end_well(asker, answerer)


def test_a_callback_may_wait_until_its_answer_is_heard(start):
    answerer = start(PROGRAM, "answer")
    asker = start(PROGRAM, "ask", "subscriptions", stdin=True)
    answerer.wait_for("^question$")
    asker.write("tell them\n")
    end_well(asker, answerer)


def test_no_question_comes_before_the_publisher_of_its_answer_is_matched(start):
    answerer = start(PROGRAM, "answer", "--first")
    asker = start(PROGRAM, "ask", "subscriptions", stdin=True)
    for each in (asker, answerer):
        each.wait_for("^ready$")
    asker.write("tell them\n")
    end_well(asker, answerer)
