#!/bin/sh
# Restarts District without a failed request: one web process serves while the other starts.
set -eu
systemctl restart district-web@1.service   # comes back once it listens (Type=notify)
systemctl restart district-web@2.service
systemctl restart district-live.service district-worker.service district-alarms.service
systemctl restart district-gateway.service
