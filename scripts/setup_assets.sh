#!/bin/sh
# Installs the front end's packages and builds the assets. Called by make, from the root.
set -eu
root="$(pwd)"
need=20
major="$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/')" || major=""
if [ -z "$major" ] || [ "$major" -lt "$need" ] || ! command -v npm >/dev/null 2>&1; then
    if [ ! -x .venv/bin/node ]; then
        echo "==> taking Node from its Python wheel"
        .venv/bin/python -m pip install --disable-pip-version-check -q --require-hashes \
            -r requirements/node.txt
    fi
    PATH="$root/.venv/bin:$PATH"
    export PATH
fi
# Everything stays in the checkout, and nothing is said that a newcomer cannot act on.
npm_config_cache="$root/.venv/cache/npm"
npm_config_update_notifier=false
export npm_config_cache npm_config_update_notifier
cd frontend
# npm writes its lock in there last: without it an installation has broken off.
if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    echo "==> installing front-end packages"
    npm ci --no-audit --no-fund --loglevel=error
fi
echo "==> building styles and scripts"
npm run --silent build
