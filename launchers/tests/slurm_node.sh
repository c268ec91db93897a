#!/bin/sh
# A Slurm of one node on this machine, without systemd: "start FOLDER [CPUS]" and "stop FOLDER". Needs root, slurmctld, slurmd,
# munge and slurm-client (on Debian: apt-get install slurmctld slurmd munge slurm-client). After the start
# SLURM_CONF=FOLDER/slurm.conf leads every command of Slurm to it.
set -eu
action=$1
folder=$(realpath -m "$2")
cpus=${3:-8}
name=$(hostname -s)
conf=$folder/slurm.conf

start() {
  mkdir -p "$folder/spool" "$folder/state"
  dd if=/dev/urandom of="$folder/key" bs=1024 count=1 2>/dev/null
  chmod 700 "$folder"
  chmod 600 "$folder/key"

  cat > "$conf" <<CONF
ClusterName=ondine
SlurmctldHost=$name(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
CredType=cred/munge
SlurmctldPort=16817
SlurmdPort=16818
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SchedulerType=sched/builtin
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
ReturnToService=2
MpiDefault=none
KillWait=2
MinJobAge=60
NodeName=$name NodeAddr=127.0.0.1 CPUs=$cpus RealMemory=65536 State=UNKNOWN
PartitionName=all Nodes=$name Default=YES MaxTime=INFINITE State=UP OverSubscribe=YES:8
CONF
  munged --force --num-threads=2 --socket="$folder/munge.socket" --key-file="$folder/key" \
    --pid-file="$folder/munged.pid" --log-file="$folder/munged.log" --seed-file="$folder/seed"
  slurmctld -f "$conf" -c
  slurmd -f "$conf" -c
  tries=0
  until SLURM_CONF=$conf sinfo -h -o %t 2>/dev/null | grep -q idle; do
    tries=$((tries + 1))
    if [ "$tries" -gt 100 ]; then
      tail -n 5 "$folder"/*.log >&2
      echo "the node does not become idle" >&2
      exit 1
    fi
    sleep 0.2
  done
}

stop() {
  SLURM_CONF=$conf scontrol shutdown >/dev/null 2>&1 || true
  sleep 1
  for daemon in slurmd slurmctld munged; do
    if [ -f "$folder/$daemon.pid" ]; then
      kill "$(cat "$folder/$daemon.pid")" 2>/dev/null || true
    fi
  done
}

case $action in
  start) start ;;
  stop) stop ;;
  *) echo "usage: slurm_node.sh start|stop FOLDER [CPUS]" >&2; exit 2 ;;
esac
