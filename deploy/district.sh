#!/bin/sh
# The `district` command on a server, for root: as the user district, with the installation's
# variables and copies of its secrets that are gone afterwards. Installed as /usr/local/sbin/district.
set -eu
set -a
. /etc/district/district.env
set +a
secrets="$(mktemp -d /run/district-XXXXXX)"
trap 'rm -rf "$secrets"' EXIT
trap 'exit 130' INT TERM
for name in secret_key person_master_key gateway metrics recovery; do
    install -m 0400 -o district -g district "/etc/district/secrets/$name" "$secrets/$name"
done
chown district:district "$secrets"
export DISTRICT_SECRET_KEY_FILE="$secrets/secret_key"
export DISTRICT_PERSON_MASTER_KEY_FILE="$secrets/person_master_key"
export DISTRICT_GATEWAY_FILE="$secrets/gateway"
export DISTRICT_METRICS_FILE="$secrets/metrics"
export DISTRICT_RECOVERY_FILE="$secrets/recovery"
cd /opt/district/current
HOME=/var/lib/district runuser -u district -- .venv/bin/district "$@"
