"""What a notebook is given to show."""

from __future__ import annotations

from buttermilk_widget.widget.snapshot import StaticOutput


class Shown(StaticOutput):
    def __init__(self):
        super().__init__()
        self.said = []

    def _publish(self, place, *, update):
        self.said.append((update, self.at(place)))
