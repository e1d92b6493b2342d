#!/bin/sh
# PostgreSQL's archive_command: keep a segment of its log, whole or not at all, never over another.
# Installed as /usr/local/sbin/district-wal; called as `district-wal PATH NAME`.
set -eu
to="/var/backups/district/wal/$2"
if [ -e "$to" ]; then
    cmp -s "$1" "$to"   # archived already, before a crash: the same, or something is wrong
    exit
fi
cp "$1" "$to.part"
sync "$to.part"
mv "$to.part" "$to"
sync /var/backups/district/wal
