#!/bin/sh
# Makes .venv and installs the pinned packages into it. Called by make, from the checkout's root.
set -eu
python="${PYTHON:-python3.11}"
command -v "$python" >/dev/null 2>&1 || python=python3
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "District needs Python 3.11 or newer; set PYTHON=/path/to/python3.11" >&2
    exit 1
fi
if [ ! -x .venv/bin/python ]; then
    echo "==> making .venv with $("$python" --version)"
    "$python" -m venv .venv 2>/dev/null || {
        rm -rf .venv
        # Debian ships venv apart from Python; virtualenv does as well where it is present.
        "$python" -m virtualenv -q .venv 2>/dev/null || {
            echo "Python's venv module is missing. On Debian: apt-get install python3-venv" >&2
            exit 1
        }
    }
fi
echo "==> installing Python packages (a few minutes the first time)"
.venv/bin/python -m pip install --disable-pip-version-check --progress-bar on -q \
    --require-hashes -r requirements/dev.txt
.venv/bin/python -m pip install --disable-pip-version-check -q --no-deps --no-build-isolation -e .
# The demo's sensors send over MQTT where a broker is there; without one they send over HTTP.
if ! command -v mosquitto >/dev/null 2>&1 && [ ! -x /usr/sbin/mosquitto ]; then
    .venv/bin/python -m pip install --disable-pip-version-check -q --require-hashes \
        -r requirements/broker.txt ||
        echo "==> no broker for this machine; the demo's sensors will send over HTTP alone"
fi
