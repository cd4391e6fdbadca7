"""What a process holds: bytes, threads, tasks, sockets; and what things weigh."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import threading
import types
from collections import Counter
from pathlib import Path

_BORDERS = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, types.CodeType)


def weight(*things, without=()):
    """The bytes of these and of all that they alone lead to; each object counts once."""
    seen = {id(thing) for thing in without}
    total, left = 0, [*things]
    while left:
        thing = left.pop()
        if id(thing) in seen or isinstance(thing, _BORDERS):
            continue
        seen.add(id(thing))
        total += sys.getsizeof(thing)
        left += gc.get_referents(thing)
    return total


def resident():
    """Bytes of memory that the process has."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def descriptors():
    """The open files and sockets of the process, by what they are."""
    kinds = Counter()
    for name in Path("/proc/self/fd").iterdir():
        try:
            kinds[str(name.readlink()).partition(":")[0]] += 1
        except FileNotFoundError:
            continue  # the one by which the folder was read
    return kinds


def threads():
    """The names of the threads, but for idle workers of executors."""
    return sorted(
        t.name for t in threading.enumerate() if not t.name.startswith(("ThreadPool", "asyncio_"))
    )


def tasks(loop):
    """The tasks of a loop that are not done."""
    return [task for task in asyncio.all_tasks(loop) if not task.done()]


def alive(*kinds):
    """How many objects of these classes there are, after collecting."""
    gc.collect()
    return sum(isinstance(thing, kinds) for thing in gc.get_objects())
