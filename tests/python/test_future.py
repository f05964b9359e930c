"""rclpy.task: futures and tasks, awaited in asyncio loops of any thread."""
import asyncio
from asyncio import sleep as pause
import gc
import sys
import threading
import warnings

import pytest

from rclpy.task import Future, FutureState, Task


def test_a_pending_future_has_no_result_and_setting_it_twice_keeps_the_last():
    future = Future()
    assert (future.done(), future.cancelled(), future.result(), future.exception()) == (False, False, None, None)
    future.set_result(1)
    future.set_result(2)
    assert (future.done(), future.result()) == (True, 2)


def test_a_cancelled_future_is_not_done_and_a_result_takes_that_back():
    future = Future()
    heard = []
    future.add_done_callback(lambda of: heard.append((of is future, of.cancelled())))
    future.cancel()
    assert (future.cancelled(), future.done(), future.result()) == (True, False, None)
    future.set_result(3)
    assert (future.cancelled(), future.result(), heard) == (False, 3, [(True, True)])


def test_done_callbacks_run_where_it_is_ended_in_order_and_at_once_when_it_is_over():
    future, heard = Future(), []
    for number in range(3):
        future.add_done_callback(lambda of, number=number: heard.append((number, threading.get_ident())))
    thread = threading.Thread(target=future.set_result, args=(None,))
    thread.start()
    thread.join()
    assert heard == [(number, thread.ident) for number in range(3)]
    future.add_done_callback(lambda of: heard.append("late"))
    assert heard[-1] == "late"


def test_a_failing_done_callback_is_warned_of_and_the_next_is_called():
    future, heard = Future(), []

    def boom(of):
        raise KeyError("k")
    future.add_done_callback(boom)
    future.add_done_callback(lambda of: heard.append(1))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        future.set_result(None)
    assert [str(warning.message) for warning in caught] == ["Unhandled exception in done callback: 'k'"] and heard == [1]


def test_an_exception_is_raised_by_result_and_told_of_when_nobody_looked(capsys):
    future = Future()
    future.set_exception(ValueError("seen"))
    with pytest.raises(ValueError, match="seen"):
        future.result()
    del future
    other = Future()
    other.set_exception(ValueError("unseen"))
    del other
    gc.collect()
    assert capsys.readouterr().err == "The following exception was never retrieved: unseen\n"


@pytest.mark.parametrize("value", [None, 5, (1, 2), ValueError("a value"), StopIteration(3)])
def test_a_future_that_another_thread_ends_wakes_who_awaits_it(value):
    async def main():
        future = Future()
        threading.Timer(0.01, future.set_result, (value,)).start()
        return await future, await future
    result = asyncio.run(main())
    assert result[0] is value and result[1] is value


def test_several_tasks_in_several_loops_await_one_future():
    future, got, ready = Future(), [], threading.Barrier(4)

    async def wait():
        task = asyncio.gather(*(asyncio.ensure_future(future) for _ in range(3)))
        await pause(0)
        ready.wait()
        got.append(await task)
    threads = [threading.Thread(target=lambda: asyncio.run(wait())) for _ in range(3)]
    for thread in threads:
        thread.start()
    ready.wait()
    future.set_result(7)
    for thread in threads:
        thread.join()
    assert got == [[7, 7, 7]] * 3


def test_an_exception_is_raised_in_who_awaits_it():
    async def main():
        future = Future()
        asyncio.get_running_loop().call_soon(future.set_exception, ValueError("v"))
        with pytest.raises(ValueError, match="v"):
            await future
    asyncio.run(main())


def test_cancelling_who_awaits_cancels_the_future_and_tells_its_maker():
    heard = []

    async def main():
        future = Future()
        future._set_on_cancel(lambda of: heard.append((of is future, of.cancelled())))
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(future, 0.01)
        future.cancel()
        assert await future is None  # as upstream: who finds it cancelled goes on with nothing
    asyncio.run(main())
    assert heard == [(True, True)]


def test_shield_keeps_the_future_from_being_cancelled():
    async def main():
        future = Future()
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(asyncio.shield(future), 0.01)
        assert not future.cancelled()
        future.set_result(4)
        return await future
    assert asyncio.run(main()) == 4


def test_a_loop_that_is_closed_meanwhile_harms_nobody():
    future = Future()

    async def abandon():
        asyncio.ensure_future(future)
        await pause(0)
    loop = asyncio.new_event_loop()
    loop.run_until_complete(abandon())
    loop.close()
    future.set_result(1)
    assert asyncio.run(_await(future)) == 1


async def _await(future):
    return await future


def test_a_coroutine_that_is_stepped_by_hand_yields_until_the_future_is_over():
    future = Future()
    coroutine = _await(future)
    assert coroutine.send(None) is None and coroutine.send(None) is None
    future.set_result(9)
    with pytest.raises(StopIteration) as stop:
        coroutine.send(None)
    assert stop.value.value == 9


def test_futures_take_attributes_subclasses_and_weak_references():
    import weakref

    class Mine(Future):
        def __init__(self, name):
            super().__init__()
            self.name = name
    future = Mine("x")
    reference = weakref.ref(future)
    future.more = 1
    assert (future.name, future.more, Future.__module__) == ("x", 1, "rclpy.task")
    future.callbacks = [future]
    del future
    gc.collect()
    assert reference() is None


def test_tasks_run_functions_and_coroutines():
    task = Task(lambda a, b=2: a + b, (1,), {"b": 5})
    assert (task.executing(), task.done()) == (False, False)
    task()
    task()
    assert (task.result(), task.done()) == (6, True)

    async def step(value):
        await pause(0)
        return value
    by_hand = Task(step, [7])
    by_hand()
    assert not by_hand.done()
    by_hand()
    assert by_hand.result() == 7

    async def main():
        task = Task(step, (8,))
        task()
        return await task
    assert asyncio.run(main()) == 8


def test_a_failing_task_keeps_its_exception_and_a_cancelled_one_does_not_run():
    def boom():
        raise ValueError("boom")
    task = Task(boom)
    task()
    assert str(task.exception()) == "boom"
    ran = []

    async def run():
        ran.append(1)
    cancelled = Task(run)
    cancelled.cancel()
    cancelled()
    assert (ran, cancelled.cancelled(), cancelled.done()) == ([], True, False)


def test_cancelling_a_task_cancels_its_coroutine():
    heard = []

    async def forever():
        try:
            await asyncio.Event().wait()
        finally:
            heard.append("cleaned up")

    async def main():
        task = Task(forever)
        task()
        await pause(0)
        task.cancel()
        await pause(0)
        return task.cancelled()
    assert asyncio.run(main()) and heard == ["cleaned up"]


def test_awaiting_leaves_nothing_behind():
    async def main(count):
        loop = asyncio.get_running_loop()
        for _ in range(count):
            future = Future()
            loop.call_soon(future.set_result, 1)
            await future
    asyncio.run(main(100))
    gc.collect()
    before = sys.getrefcount(None), len(gc.get_objects())
    asyncio.run(main(1000))
    gc.collect()
    assert len(gc.get_objects()) - before[1] < 100 and abs(sys.getrefcount(None) - before[0]) < 500


def test_a_done_callback_can_be_removed_until_the_future_is_over():
    future, heard = Future(), []
    future.add_done_callback(heard.append)
    future.add_done_callback(heard.append)
    assert (future.remove_done_callback(heard.append), future.remove_done_callback(print)) == (True, False)
    future.set_result(1)
    assert heard == [future]
    assert future.remove_done_callback(heard.append) is False
    assert Future().remove_done_callback(print) is False


def test_removing_a_done_callback_raises_what_the_comparison_raises():
    class Callback:
        def __eq__(self, other):
            raise RuntimeError("no comparison")
        __hash__ = None
    future = Future()
    future.add_done_callback(Callback())
    with pytest.raises(RuntimeError, match="no comparison"):
        future.remove_done_callback(print)


def test_the_states_of_futures_have_upstreams_names():
    assert [(state.name, state.value) for state in FutureState] == [(name, name) for name in ("PENDING", "CANCELLED", "FINISHED")]
