"""asyncio's functions with a node, as the library of that name has them.

With rclio asyncio's own do the same in every callback: `await asyncio.sleep(1)`.
"""

from ros2_asyncio.ros2_asyncio import ensure_future, gather, sleep, wait_for

__all__ = ['sleep', 'wait_for', 'ensure_future', 'gather']
