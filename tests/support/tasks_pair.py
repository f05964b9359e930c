"""What the pair of programs of seed document 001 prints, in C and in Python; `roll` and `result` are how a language writes
those numbers."""
import re


def check_retries(lines, roll):
    """The lines of the document's coroutines, in an order that two tasks running at the same time can have."""
    retry = re.compile(rf"^task([12]) retry needed \(roll = {roll} > 0\.1\)\.$")
    done = set()
    for line in lines:
        match = retry.match(line)
        if match:
            assert match.group(1) not in done, f"{line!r} after that task was done"
        else:
            assert line in ("task1 Done.", "task2 Done.")
            done.add(line[4])
    assert done == {"1", "2"}


def _results(lines, result):
    assert lines[0] == "Awaiting results..."
    return [line for line in lines if re.match(rf"^The result of task=task([12]) was {result}\.$", line)]


def check_awaited(process, roll, result):
    """async_await_example: awaited results come in the order of the awaits."""
    assert process.finish(60) == 0, process.report()
    lines = process.lines["stdout"]
    results = _results(lines, result)
    assert [line[len("The result of task=task")] for line in results] == ["1", "2"]
    assert lines.index(results[0]) > lines.index("task1 Done.")
    check_retries([line for line in lines[1:] if line not in results], roll)


def check_called_back(process, roll, result):
    """async_callback_example: callbacks take each result as soon as its task is done."""
    assert process.finish(60) == 0, process.report()
    lines = process.lines["stdout"]
    results = _results(lines, result)
    assert len(results) == 2
    for line in results:
        done = lines.index(f"task{line[len('The result of task=task')]} Done.")
        assert done < lines.index(line) <= done + 2  # the other task may have a line of the same moment between
    check_retries([line for line in lines[1:] if line not in results], roll)
