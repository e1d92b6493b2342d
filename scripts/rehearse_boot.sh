#!/bin/sh
# Boots an installed Debian by systemd-nspawn and looks at District's units as systemd runs them:
# all of them run, a backup is made beside them, a restart under load loses no request.
#
#     KEEP=1 sh scripts/rehearse_install.sh      # leaves the installed system in the folder it names
#     sh scripts/rehearse_boot.sh FOLDER
#
# As root, with systemd-container; the folder is changed. It has a network of its own.
set -eu
root="$1"
cat >"$root/srv/look.sh" <<'INSIDE'
set -eu
until pg_isready -q; do sleep 1; done
systemctl restart postgresql
systemctl start district.target
tries=0
until python3 -c 'import urllib.request as u; u.urlopen("http://127.0.0.1:8000/health/ready")' 2>/dev/null; do
    tries=$((tries + 1))
    [ $tries -lt 120 ] || { journalctl -u district-web@1 --no-pager | tail -30; exit 1; }
    sleep 1
done
for unit in district-web@1 district-web@2 district-live district-worker district-gateway district-alarms; do
    systemctl is-active --quiet "$unit" || { echo "$unit does not run"; journalctl -u "$unit" --no-pager | tail -30; exit 1; }
done
echo "==> all units run"
systemctl start district-backup || { journalctl -u district-backup --no-pager | tail -20; exit 1; }
systemctl start district-backup-files
district backup /var/backups/district --check
cat >/srv/load.py <<'LOAD'
import collections, http.client, subprocess, sys, threading
answers, ends = collections.Counter(), threading.Event()
def ask():
    while not ends.is_set():
        try:
            told = http.client.HTTPConnection("127.0.0.1", 8000, timeout=30)
            told.request("GET", "/login/", headers={"X-Forwarded-Proto": "https", "Connection": "close"})
            answer = told.getresponse()
            answer.read()
            answers[answer.status] += 1
        except (OSError, http.client.HTTPException) as error:
            answers[type(error).__name__] += 1
threads = [threading.Thread(target=ask) for _ in range(3)]
for thread in threads: thread.start()
subprocess.run(["/usr/local/sbin/district-restart"], check=True)
ends.set()
for thread in threads: thread.join()
print("==> answers during a restart of all:", dict(answers))
sys.exit(set(answers) != {200})
LOAD
python3 /srv/load.py
INSIDE
# Its network is private, so the sysctl of the installer is set there anew.
chroot "$root" systemctl enable -q district.target
rm -f "$root/usr/sbin/policy-rc.d"
systemd-nspawn -q -D "$root" --boot --private-network --register=no --keep-unit -M district \
    </dev/null >"$root/srv/boot.log" 2>&1 &
nspawn=$!
trap 'kill $nspawn 2>/dev/null || true; wait $nspawn 2>/dev/null || true' EXIT
sleep 5
init="$(pgrep -P $nspawn | head -1)"
[ -n "$init" ] || { cat "$root/srv/boot.log"; exit 1; }
# Where it begins, the bus of the new system must be up.
tries=0
until nsenter -t "$init" -a systemctl is-system-running >/dev/null 2>&1 ||
    nsenter -t "$init" -a systemctl is-active --quiet dbus postgresql 2>/dev/null; do
    tries=$((tries + 1))
    [ $tries -lt 60 ] || { tail -20 "$root/srv/boot.log"; exit 1; }
    sleep 1
done
nsenter -t "$init" -a sysctl -q -w net.ipv4.tcp_migrate_req=1
nsenter -t "$init" -a sh /srv/look.sh
