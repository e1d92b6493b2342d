#!/bin/sh
# Sets District up on an empty Debian 12 or newer, or brings an installation to this release:
#
#     sh deploy/install.sh [--district FOLDER] [--no-packages] [--no-load]
#
# As root, from the folder of a release or a checkout. Everything may be done twice. See
# docs/operate.md for what it makes. It starts nothing: `systemctl enable --now district.target`.
set -eu
here="$(cd "$(dirname "$0")/.." && pwd)"
district=districts/longgang
packages=yes
load=yes
while [ $# -gt 0 ]; do
    case "$1" in
        --district) district="$2"; shift ;;
        --no-packages) packages=no ;;
        --no-load) load=no ;;
        *) echo "install.sh: unknown option $1" >&2; exit 2 ;;
    esac
    shift
done
say() { echo "==> $*"; }
[ "$(id -u)" -eq 0 ] || { echo "install.sh: run it as root" >&2; exit 2; }
umask 022

if [ "$packages" = yes ]; then
    say "packages"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends \
        postgresql nginx-light python3-venv adduser util-linux procps systemd ca-certificates >/dev/null
fi

say "user and folders"
getent passwd district >/dev/null ||
    adduser --system --group --home /var/lib/district --no-create-home --quiet district
install -D -m 0644 "$here/deploy/tmpfiles.d/district.conf" /etc/tmpfiles.d/district.conf
systemd-tmpfiles --create /etc/tmpfiles.d/district.conf

say "secrets"
for name in secret_key person_master_key gateway metrics recovery; do
    file="/etc/district/secrets/$name"
    [ -s "$file" ] && continue
    (umask 077 && head -c 48 /dev/urandom | base64 -w 0 | tr '+/' '-_' >"$file.new" && mv "$file.new" "$file")
done
[ -e /etc/district/district.env ] ||
    install -m 0644 "$here/deploy/district.env" /etc/district/district.env

version="$(sed -n 's/^version = "\(.*\)"/\1/p' "$here/pyproject.toml")"
parts="src requirements districts deploy docs scripts pyproject.toml README.md LICENSE"
# The commit where git knows it and nothing is changed; else a digest of the files, so that other
# code of the same version is another release.
mark="$(cd "$here" && [ -z "$(git status --porcelain 2>/dev/null || echo unknown)" ] && git rev-parse --short HEAD ||
    find $parts -type f ! -name '*.pyc' ! -name '*.mo' -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-12)"
release="/opt/district/releases/$version-$mark"
if [ ! -e "$release/.complete" ]; then
    say "release $version-$mark"
    rm -rf "$release"
    mkdir -p "$release"
    for part in $parts; do
        cp -R --preserve=mode "$here/$part" "$release/"
    done
    if [ ! -e "$release/src/district/ui/static/dist" ]; then
        echo "install.sh: the assets are not built; run 'make setup' in $here first" >&2
        exit 1
    fi
    python3 -m venv "$release/.venv"
    pip="$release/.venv/bin/python -m pip --disable-pip-version-check -q --no-cache-dir"
    # Hash-pinned: a package that was altered on its way is refused.
    $pip install --require-hashes -r "$release/requirements/base.txt"
    $pip install --require-hashes -r "$release/requirements/build.txt"
    $pip install --no-deps --no-build-isolation -e "$release"
    "$release/.venv/bin/python" -m compileall -q "$release/src" >/dev/null
    (cd "$release" && .venv/bin/district messages compile)
    touch "$release/.complete"
fi

say "database"
if [ ! -S /run/postgresql/.s.PGSQL.5432 ]; then
    for cluster in /etc/postgresql/*/main; do
        pg_ctlcluster "$(basename "$(dirname "$cluster")")" main start
    done
fi
for conf in /etc/postgresql/*/main/conf.d; do
    install -m 0644 "$here/deploy/postgresql/district.conf" "$conf/district.conf"
    # Sizes are the deployer's once they are there.
    [ -e "$conf/district-size.conf" ] ||
        install -m 0644 "$here/deploy/postgresql/size.conf" "$conf/district-size.conf"
done
install -m 0755 "$here/deploy/postgresql/wal.sh" /usr/local/sbin/district-wal
chown district:postgres /var/backups/district && chmod 0710 /var/backups/district
install -d -o district -g postgres -m 0770 /var/backups/district/wal
as_postgres() { runuser -u postgres -- psql -qtAX -v ON_ERROR_STOP=1 "$@"; }
# It signs in by its system user over the socket; there is no password.
[ -n "$(as_postgres -c "SELECT 1 FROM pg_roles WHERE rolname = 'district'")" ] ||
    as_postgres -c "CREATE ROLE district LOGIN"
# It takes base backups and ends a segment of the log with them.
as_postgres -c "ALTER ROLE district REPLICATION"
[ -n "$(as_postgres -c "SELECT 1 FROM pg_database WHERE datname = 'district'")" ] ||
    as_postgres -c "CREATE DATABASE district OWNER district ENCODING 'UTF8' TEMPLATE template0 LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"
as_postgres -d district -c "GRANT EXECUTE ON FUNCTION pg_switch_wal() TO district"

say "units"
install -m 0755 "$here/deploy/district.sh" /usr/local/sbin/district
install -m 0755 "$here/deploy/restart.sh" /usr/local/sbin/district-restart
install -m 0644 "$here/deploy/sysctl.d/60-district.conf" /etc/sysctl.d/60-district.conf
for unit in "$here"/deploy/systemd/*.service "$here"/deploy/systemd/*.target "$here"/deploy/systemd/*.timer; do
    install -m 0644 "$unit" /etc/systemd/system/
done
install -D -m 0644 "$here/deploy/systemd/district-.service.d/10-all.conf" \
    /etc/systemd/system/district-.service.d/10-all.conf
if [ -d /run/systemd/system ]; then
    systemctl daemon-reload
    sysctl -q -p /etc/sysctl.d/60-district.conf
fi

# The old release serves until the processes are restarted: `district-restart`.
ln -sfn "$release" /opt/district/current.new
mv -T /opt/district/current.new /opt/district/current
say "tables and assets"
district manage migrate -v 0 --no-input
district manage collectstatic -v 0 --no-input
if [ "$load" = yes ]; then
    say "district"
    district load "$district"
fi
say "done; start it with: systemctl enable --now district.target district-backup.timer district-backup-files.timer"
say "the first time: systemctl restart postgresql, and keep /etc/district/secrets/recovery elsewhere, too"
