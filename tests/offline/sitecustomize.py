"""With this on its path, a Python reaches nothing: no name is looked up, no address connected to.

For what must run with the network refused (kernels talk to their clients by ZeroMQ, which is not
asked here). ``OFFLINE_BUT=loopback`` lets it reach this machine.
"""

import ipaddress
import os
import sys


def here(host):
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in ("localhost", "", None)


def refuse(event, arguments):
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if isinstance(host, bytes):
        host = host.decode()
    if host is None or (os.environ.get("OFFLINE_BUT") == "loopback" and here(host)):
        return
    raise ConnectionRefusedError(f"The network is refused here, and {host!r} was asked for.")


sys.addaudithook(refuse)
