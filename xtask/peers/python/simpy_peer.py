"""The workloads in SimPy.

Case a is one event with one callback, pushed anew each time. In case b a user is a process, as SimPy has it. In the fastest form the
servers are a counter and a deque of waiting events; the idiom, `simpy.Resource` with `request | timeout`, runs as well.
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


class Records:
    """What is counted."""

    def __init__(self, users):
        self.users = users
        self.retries = self.gave_up_waiting = self.served = 0
        self.stranded_seconds = 0.0

    def report(self, elapsed):
        assert self.served == self.users, "everybody is served in the end"
        results = {"retries": self.retries, "mean_stranded_seconds": self.stranded_seconds / self.users}
        measure.report(self.users + self.retries + self.gave_up_waiting + self.served, elapsed, results)


def run(environment, exponential, records, user):
    """Lets everybody come, each as a process `user()`, and reports."""

    def arrivals():
        surge_rate, calm_rate = 2 * CAPACITY, CAPACITY / 2
        for _ in range(records.users):
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
    records.report(stopwatch.elapsed())


def retrial(users, seed):
    """Case b: M/M/200 with impatience and retrials."""
    exponential = random.Random(seed).expovariate
    environment = simpy.Environment()
    records = Records(users)
    busy = 0
    line = deque()

    def patience_ends(wait):
        # Who was served has left the list already.
        if wait:
            wait.pop().succeed(False)

    def user():
        nonlocal busy
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
                records.served += 1
                records.stranded_seconds += environment.now - came_at
                while line:
                    wait = line.popleft()
                    if wait:
                        wait.pop().succeed(True)
                        return
                busy -= 1
                return
            records.gave_up_waiting += 1
            yield environment.timeout(exponential(1 / BACKOFF_MEAN))
            records.retries += 1

    run(environment, exponential, records, user)


def retrial_with_resource(users, seed):
    """Case b in SimPy's idiom."""
    exponential = random.Random(seed).expovariate
    environment = simpy.Environment()
    records = Records(users)
    servers = simpy.Resource(environment, capacity=SERVERS)

    def user():
        came_at = environment.now
        while True:
            with servers.request() as request:
                outcome = yield request | environment.timeout(exponential(1 / PATIENCE_MEAN))
                if request in outcome:
                    yield environment.timeout(exponential(1 / SERVICE_MEAN))
                    records.served += 1
                    records.stranded_seconds += environment.now - came_at
                    return
            records.gave_up_waiting += 1
            yield environment.timeout(exponential(1 / BACKOFF_MEAN))
            records.retries += 1

    run(environment, exponential, records, user)


if __name__ == "__main__":
    measure.main({"hold": hold, "retrial": retrial, "other-retrial": retrial_with_resource})
