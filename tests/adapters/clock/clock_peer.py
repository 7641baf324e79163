"""A provider on loopback that counts its requests on the clock, and notes when they came."""

from integtest.adapters.wire.answer import Answer


class Provider:
    """Answers each call with the next of `answers` (the last one again); `at` are the clock's readings."""

    def __init__(self, clock, answers):
        self.clock, self.answers, self.at = clock, list(answers), []

    def __call__(self, request):
        with self.clock.request():
            self.at.append(self.clock.now())
            answer = self.answers[min(len(self.at), len(self.answers)) - 1]
            return answer() if callable(answer) else answer

    @property
    def gaps(self):
        """Seconds between the calls."""
        return [round(b - a, 3) for a, b in zip(self.at, self.at[1:], strict=False)]


def unavailable(**headers):
    """503 with these headers, `Retry_After=…`."""
    return Answer(503, tuple((k.replace("_", "-"), v) for k, v in headers.items()), b"{}")


def fine(body=b'{"ok": true}'):
    return Answer(200, (("Content-Type", "application/json"),), body)


def near(seconds, expected, more=5):
    """Whether the clock reads as much as expected: it counts real seconds too, and a machine may be busy."""
    return expected - 0.05 <= seconds <= expected + more
