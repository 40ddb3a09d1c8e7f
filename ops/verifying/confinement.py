"""What a process that reads a stranger's file may still do: little, and what it may not is kept from it by the system.

Limits of memory and time hold everywhere. Where the kernel knows Landlock (Linux 5.13, https://docs.kernel.org/
userspace-api/landlock.html), it can also write nothing (from 6.2 on: nor empty a file), read nothing but programs and
the files it was handed, start no program, and from 6.7 on open no TCP connection; where it may have a network of its
own, it has one with nothing in it, and without one UDP stays open. A kernel without them is no reason not to answer:
what is parsed is held to `opening` everywhere.
"""

import ctypes
import os
import re
import resource
import signal
import sys
import sysconfig
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from ops.verifying.bounds import Bounds

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same numbers on every architecture
_VERSION_FLAG, _PATH_BENEATH = 1, 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_RIGHTS = (0, 13, 14, 15, 15, 16, 16)  # of files, bits that each version of Landlock knows
_TCP = 0b11  # binding and connecting
_PROGRAMS = (
    "/usr",
    "/lib",
    "/lib64",
    "/etc/ld.so.cache",
    "/dev/null",
    "/dev/urandom",
    "/proc/self",
    "/sys/devices/system/cpu",
)
_OURS = ("greenroom", "ledger", "moderation", "models", "ops")
# Where programs, packages and compiled code lie, how they speak and how many threads they take.
_HANDED_DOWN = re.compile(
    r"PATH|HOME|USER|LOGNAME|TZ|TMPDIR|LANG|LANGUAGE|LC_[A-Z]+|VIRTUAL_ENV|XDG_CACHE_HOME|LD_LIBRARY_PATH|LD_PRELOAD"
    r"|PYTHON[A-Z0-9]+|NUMBA_[A-Z_]+|(OMP|OPENBLAS|MKL)_[A-Z_]+|MALLOC_[A-Z_]+|COV(ERAGE|_CORE)_[A-Z_]+"
)


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def handed_down(environment: Mapping[str, str]) -> dict[str, str]:
    """What a process that reads strangers' files gets of an environment: no token, key or address of a database."""
    return {name: value for name, value in environment.items() if _HANDED_DOWN.fullmatch(name)}


def die_with_parent() -> None:
    """This process is killed when the thread that made it ends, however that ends: for one made by a main thread."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def confine(bounds: Bounds, files: Iterable[Path]) -> None:
    """Hold this process to `bounds`, and to reading programs and `files`. There is no way back."""
    resource.setrlimit(resource.RLIMIT_AS, (_address_space() + bounds.memory,) * 2)
    seconds = max(1, round(bounds.processor_seconds))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))  # SIGXCPU, and not the hard limit's SIGKILL
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    library = ctypes.CDLL(None, use_errno=True)
    library.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _landlock(library, files)
    library.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)  # refused where the system forbids it


def _address_space() -> int:
    """Bytes of address space that this process has taken."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


def _landlock(library: ctypes.CDLL, files: Iterable[Path]) -> None:
    version = library.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION_FLAG)
    if version < 1:
        return
    rights = (1 << _RIGHTS[min(version, len(_RIGHTS) - 1)]) - 1
    wanted = _Ruleset(rights, _TCP if version >= 4 else 0)
    size = ctypes.c_size_t(ctypes.sizeof(wanted) if version >= 4 else 8)
    ruleset = library.syscall(_CREATE_RULESET, ctypes.byref(wanted), size, 0)
    if ruleset < 0:
        return
    for path in (*_programs(), *files):
        with suppress(OSError):
            _allow(library, ruleset, path)
    library.syscall(_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def _allow(library: ctypes.CDLL, ruleset: int, path: Path) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rights = _READ_FILE | (_READ_DIR if path.is_dir() else 0)
        rule = _Beneath(rights, descriptor)
        library.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(descriptor)


def _programs() -> tuple[Path, ...]:
    """Where Python, its packages and this project's own modules lie; the project's folder itself holds state, too.

    And where numba keeps compiled code of theirs, if not beside it.
    """
    root = Path(__file__).parents[2]
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    compiled = (Path(os.environ.get("NUMBA_CACHE_DIR") or root / "ops"), Path(caches) / "numba")
    python = {sys.prefix, sys.base_prefix, *(sysconfig.get_paths()[name] for name in ("stdlib", "purelib", "platlib"))}
    ours = (root / name for name in _OURS)
    return (*(Path(one) for one in python), *ours, *compiled, *(Path(one) for one in _PROGRAMS))
