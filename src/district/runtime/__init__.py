"""Starts and keeps the processes of an installation: server, worker."""
