#!/bin/sh
# Make a virtual environment; Debian keeps what that needs in a package of its own.
set -u
python=$1
venv=$2
"$python" -m venv "$venv" >/dev/null 2>&1 && exit 0
as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo -n"
if command -v apt-get >/dev/null; then
    echo "Installing python3-venv ..."
    $as_root apt-get update -qq >/dev/null && $as_root apt-get install -qq -y python3-venv >/dev/null
fi
rm -rf "$venv"
"$python" -m venv "$venv" && exit 0
echo "No virtual environment could be made. On Debian and Ubuntu: apt-get install python3-venv" >&2
exit 1
