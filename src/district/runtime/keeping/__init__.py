"""Backup and restore of a whole installation: rows, readings, attachments, keys.

An archive is a folder, on another disk at best:

    base/<moment>/        rows: a PostgreSQL base backup, or a copy of the SQLite file
    wal/                  PostgreSQL's archive of its log, written by its `archive_command`
    attachments/          every file that people sent, as it was when it was first seen
    readings/             the readings' log as it was at the last backup
    keys/<moment>         the installation's secrets, wrapped under the recovery passphrase
    manifests/<moment>.json   what belongs to a backup, with sizes and SHA-256 of everything

A backup is there once its manifest is: it is written last, and durably. Moments are in UTC.
"""
