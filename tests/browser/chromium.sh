#!/bin/sh
# Find Chromium, or install it where the system's package manager can; else say how to name one.
set -u
for candidate in "${CHROMIUM:-}" /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome; do
    [ -n "$candidate" ] && [ -x "$candidate" ] && exit 0
done
if [ -n "${CHROMIUM:-}" ]; then
    echo "CHROMIUM=$CHROMIUM is no program that can be run." >&2
    exit 1
fi
as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo -n"
if command -v apt-get >/dev/null; then
    echo "Installing Chromium for the browser tests ..."
    $as_root apt-get update -qq >/dev/null && $as_root apt-get install -qq -y chromium >/dev/null
    [ -x /usr/bin/chromium ] && exit 0
fi
echo "The browser tests need Chromium, and it could not be installed here." >&2
echo "Name one: make test CHROMIUM=/path/to/it" >&2
exit 1
