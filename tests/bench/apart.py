"""A process that has done nothing else, so that its peak memory is that of the work."""

import re
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec, TypeVar

_P, _T = ParamSpec("_P"), TypeVar("_T")


def apart(work: Callable[_P, _T], *arguments: _P.args, **named: _P.kwargs) -> _T:
    """Do something in such a process, and return what it returns."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(work, *arguments, **named).result()


def memory(which: str = "VmHWM") -> float:
    """
    Return the peak memory of this process in megabytes, or with VmRSS its memory now.

    Linux tells it.  What ``resource`` tells begins with the memory of the process that started this one.
    """
    return int(re.findall(rf"{which}:\s+(\d+)", Path("/proc/self/status").read_text(encoding="utf-8"))[0]) / 1024
