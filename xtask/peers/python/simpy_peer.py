"""The workloads in SimPy, in its lean form.

Case a is one event with one callback, pushed anew each time. In case b a user is a process, as SimPy has it, but the servers are a
counter and a deque of waiting events: `simpy.Resource` with `request | timeout` is the idiomatic form and takes about three
times as long.
"""

import random
from collections import deque

import measure
import simpy

DELAYS = 8192


def hold(pending, seed):
    """Case a: every event that happens is scheduled again a random time (mean 1 s) later."""
    luck = random.Random(seed)
    delays = [luck.expovariate(1.0) for _ in range(DELAYS)]
    environment = simpy.Environment()
    timeout = environment.timeout
    happened = 0

    def happen(_event):
        nonlocal happened
        happened += 1
        timeout(delays[happened % DELAYS]).callbacks.append(happen)

    for _ in range(pending):
        timeout(luck.expovariate(1.0)).callbacks.append(happen)
    # Fewer events than the compiled engines handle: a minute is enough.
    environment.run(until=max(pending, 100_000) / pending)
    before = happened
    stopwatch = measure.Stopwatch()
    environment.run(until=environment.now + max(pending, 300_000) / pending)
    measure.report(happened - before, stopwatch.elapsed(), {})


SERVERS = 200
SERVICE_MEAN = 0.5
PATIENCE_MEAN = 5.0
BACKOFF_MEAN = 10.0
SURGE = 600.0
CAPACITY = SERVERS / SERVICE_MEAN


def retrial(users, seed):
    """Case b: M/M/200 with impatience and retrials."""
    exponential = random.Random(seed).expovariate
    environment = simpy.Environment()
    busy = 0
    line = deque()
    retries = gave_up_waiting = served = 0
    stranded_seconds = 0.0

    def patience_ends(wait):
        # Served waits have left the list already.
        if wait:
            wait.pop().succeed(False)

    def user():
        nonlocal busy, retries, gave_up_waiting, served, stranded_seconds
        came_at = environment.now
        while True:
            if busy < SERVERS:
                busy += 1
                has_server = True
            else:
                turn = environment.event()
                wait = [turn]
                line.append(wait)
                patience = environment.timeout(exponential(1 / PATIENCE_MEAN))
                patience.callbacks.append(lambda _, wait=wait: patience_ends(wait))
                has_server = yield turn
            if has_server:
                yield environment.timeout(exponential(1 / SERVICE_MEAN))
                served += 1
                stranded_seconds += environment.now - came_at
                while line:
                    wait = line.popleft()
                    if wait:
                        wait.pop().succeed(True)
                        return
                busy -= 1
                return
            gave_up_waiting += 1
            yield environment.timeout(exponential(1 / BACKOFF_MEAN))
            retries += 1

    def arrivals():
        surge_rate, calm_rate = 2 * CAPACITY, CAPACITY / 2
        for _ in range(users):
            work = exponential(1.0)
            left = max(SURGE - environment.now, 0.0) * surge_rate
            if work < left:
                gap = work / surge_rate
            else:
                gap = left / surge_rate + (work - left) / calm_rate
            yield environment.timeout(gap)
            environment.process(user())

    environment.process(arrivals())
    stopwatch = measure.Stopwatch()
    environment.run()
    elapsed = stopwatch.elapsed()
    assert served == users, "everybody is served in the end"
    results = {"retries": retries, "mean_stranded_seconds": stranded_seconds / users}
    measure.report(users + retries + gave_up_waiting + served, elapsed, results)


if __name__ == "__main__":
    measure.main({"hold": hold, "retrial": retrial})
