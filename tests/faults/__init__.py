"""A network that breaks by a schedule: what goes wrong, a proxy, servers that go on, what must hold.

``schedules`` says what is to go wrong, ``proxy`` does it, ``servers`` are what lies behind it, ``runs``
plays a schedule with a client and a manager, and ``checks`` is what must hold after it.
``cd tests && python -m faults SEED SERVER`` plays one again.
"""
