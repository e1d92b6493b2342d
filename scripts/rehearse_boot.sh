#!/bin/sh
# Boots an installed Debian by systemd-nspawn and looks at District's units as systemd runs them:
# all of them run; then scripts/rehearse_machine.py signs in through the proxy, reads the journal,
# makes a backup, restarts them under load and stops them.
#
#     KEEP=1 sh scripts/rehearse_install.sh      # leaves the installed system in the folder it names
#     sh scripts/rehearse_boot.sh FOLDER
#
# As root, with systemd-container; the folder is changed. It has a network of its own.
set -eu
root="$1"
cp "$(dirname "$0")/rehearse_machine.py" "$root/srv/machine.py"
cat >"$root/srv/look.sh" <<'INSIDE'
set -eu
until pg_isready -q; do sleep 1; done
systemctl restart postgresql
# A district without people of a demo, and its first administrator as docs/load-a-district.md says.
district load districts/longgang | tail -1
password=rehearsal-Of-A-Machine-7
echo "$password" | setsid -w district manage shell -v 0 -c "from getpass import getpass; from district.kernel.organisation.public import *; from district.kernel.history.public import Actor; create_member('演练', '440307', 'administrator', username='admin', password=getpass(), actor=Actor.system('installation'))"
systemctl enable -q --now district.target district-backup.timer district-backup-files.timer
tries=0
until python3 -c 'import urllib.request as u; u.urlopen("http://127.0.0.1:8000/health/ready")' 2>/dev/null; do
    tries=$((tries + 1))
    [ $tries -lt 120 ] || { journalctl -u district-web@1 --no-pager | tail -30; exit 1; }
    sleep 1
done
for unit in district-web@1 district-web@2 district-live district-worker district-gateway district-alarms nginx; do
    systemctl is-active --quiet "$unit" || { echo "$unit does not run"; journalctl -u "$unit" --no-pager | tail -30; exit 1; }
done
echo "==> all units run"
python3 /srv/machine.py admin "$password"
INSIDE
grep -q plan.example.cn "$root/etc/hosts" || echo "127.0.0.1 localhost plan.example.cn" >>"$root/etc/hosts"
# Its network is private, so the sysctl of the installer is set there anew.
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
