#!/bin/sh
# Workers of an Ondine training on the machines of an mpirun; a template: edit its options (hosts, slots, binding).
#
# mpirun ends all of its processes where one is killed, so that each worker has an mpirun of its own. The training runs
# this with ONDINE_WORKERS, the number of workers to start, and with ONDINE_ENDPOINT, ONDINE_TOKEN and ONDINE_PROGRAM.
set -eu
worker=0
while [ "$worker" -lt "${ONDINE_WORKERS:-1}" ]; do
  mpirun -n 1 "${ONDINE_PROGRAM:-ondine}" worker --connect "$ONDINE_ENDPOINT" &
  worker=$((worker + 1))
done
wait
