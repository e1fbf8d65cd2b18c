"""The retry storm in happysim, with a client of our own that times out.

happysim's stock client never does: it takes the end of the event that carries the request for the answer, and a server with a queue
ends that event as soon as the request stands in line. Here the server tells the client itself, when the work is done.

This is the lean form: two entities, one event for each thing that takes time, plain calls for what takes none, and timers that
are cancelled when the answer comes.
"""

import random
from collections import deque

import measure
from happysimulator import Entity, Event, Instant, Simulation

CLIENTS_PER_SECOND = 80.0
SERVED_PER_SECOND = 100.0
TIMEOUT = 1.0
ATTEMPTS_MAX = 3
TRIGGER_FROM, TRIGGER_UNTIL, TRIGGER_SPEED = 60.0, 70.0, 0.5
MEASURED_FROM = 200.0


class Server(Entity):
    """One worker and an endless line, first come, first served. Nobody takes abandoned work out of it."""

    def __init__(self, exponential, triggered):
        super().__init__("server")
        self.exponential = exponential
        self.triggered = triggered
        self.line = deque()
        self.in_service = None
        self.served = 0

    def accept(self, attempt):
        """Takes a request; returns the events that follow."""
        if self.in_service is not None:
            self.line.append(attempt)
            return []
        return [self.serve(attempt)]

    def serve(self, attempt):
        self.in_service = attempt
        seconds = self.exponential(SERVED_PER_SECOND)
        now = self.now
        if self.triggered and TRIGGER_FROM <= now.to_seconds() < TRIGGER_UNTIL:
            seconds /= TRIGGER_SPEED
        return Event(now + seconds, "served", self)

    def handle_event(self, event):
        attempt = self.in_service
        self.served += 1
        attempt.client.answer(attempt)
        if self.line:
            return self.serve(self.line.popleft())
        self.in_service = None
        return None


class Attempt:
    """A request on its way: who waits for it, which try it is, and its timer."""

    __slots__ = ("client", "timer", "tries")

    def __init__(self, client, tries):
        self.client = client
        self.tries = tries
        self.timer = None


class Clients(Entity):
    """All clients: they come, send, wait no longer than the time-out, and try again at once."""

    def __init__(self, server, exponential):
        super().__init__("clients")
        self.server = server
        self.exponential = exponential
        self.attempts = self.timeouts = 0
        self.measured_clients = self.measured_attempts = self.measured_in_time = 0

    def next_arrival(self, now):
        return Event(now + self.exponential(CLIENTS_PER_SECOND), "arrival", self)

    def send(self, tries):
        now = self.now
        self.attempts += 1
        if now.to_seconds() >= MEASURED_FROM:
            self.measured_attempts += 1
            self.measured_clients += tries == 1
        attempt = Attempt(self, tries)
        attempt.timer = Event(now + TIMEOUT, "time-out", self, context={"attempt": attempt})
        events = self.server.accept(attempt)
        events.append(attempt.timer)
        return events

    def answer(self, attempt):
        """The server is done with an attempt, whether or not anybody still waits."""
        if attempt.timer is None:
            return
        attempt.timer.cancel()
        attempt.timer = None
        if self.now.to_seconds() >= MEASURED_FROM:
            self.measured_in_time += 1

    def handle_event(self, event):
        if event.event_type == "arrival":
            events = self.send(1)
            events.append(self.next_arrival(event.time))
            return events
        attempt = event.context["attempt"]
        attempt.timer = None
        self.timeouts += 1
        if attempt.tries < ATTEMPTS_MAX:
            return self.send(attempt.tries + 1)
        return None


def storm(seconds, seed, triggered):
    """Case c."""
    exponential = random.Random(seed).expovariate
    server = Server(exponential, triggered)
    clients = Clients(server, exponential)
    # With an end and without probes it takes its fast loop.
    simulation = Simulation(end_time=Instant.from_seconds(seconds), entities=[server, clients])
    simulation.schedule(clients.next_arrival(Instant.Epoch))
    stopwatch = measure.Stopwatch()
    simulation.run()
    elapsed = stopwatch.elapsed()
    results = {
        "attempts_per_client": clients.measured_attempts / clients.measured_clients,
        "goodput_per_second": clients.measured_in_time / (seconds - MEASURED_FROM),
    }
    measure.report(clients.attempts + server.served + clients.timeouts, elapsed, results)


if __name__ == "__main__":
    measure.main(
        {
            "storm": lambda seconds, seed: storm(seconds, seed, True),
            "calm-storm": lambda seconds, seed: storm(seconds, seed, False),
        }
    )
