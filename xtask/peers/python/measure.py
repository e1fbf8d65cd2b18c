"""What all Python programs share: command line, stopwatch, and the line of JSON that the harness reads."""

import gc
import json
import sys
import time


def peak_memory_bytes():
    """The largest resident set of this process so far (VmHWM)."""
    with open("/proc/self/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    raise RuntimeError("/proc/self/status has no line VmHWM")


class Stopwatch:
    """CPU time of this process from here on."""

    def __init__(self):
        # What was made before the run lives to its end: the collector need not look at it again and again.
        gc.collect()
        gc.freeze()
        self._start = time.process_time()

    def elapsed(self):
        return time.process_time() - self._start


def report(events, cpu_seconds, results):
    """Prints the measurement."""
    print(
        json.dumps(
            {
                "events": events,
                "cpu_seconds": cpu_seconds,
                "peak_memory_bytes": peak_memory_bytes(),
                "results": results,
            }
        )
    )


def main(cases):
    """Runs `CASE SIZE SEED` of the command line; `cases` maps a name to a function of size and seed."""
    if len(sys.argv) != 4 or sys.argv[1] not in cases:
        sys.exit(f"usage: {sys.argv[0]} CASE SIZE SEED, where CASE is one of {', '.join(cases)}")
    cases[sys.argv[1]](int(sys.argv[2]), int(sys.argv[3]))
