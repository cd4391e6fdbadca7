"""What tests of the server share."""

from __future__ import annotations

LIMIT = 10.0


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now
