#!/bin/sh
# Workers of an Ondine training as an array of Slurm jobs; a template: edit the options of sbatch for your cluster.
#
# The training runs it with ONDINE_WORKERS, the number of workers to start, and with ONDINE_ENDPOINT, ONDINE_TOKEN and
# ONDINE_PROGRAM, which the jobs inherit. Without ONDINE_WORKERS it is for use by hand:
#   ONDINE_ENDPOINT=tcp://node7:4711 ONDINE_TOKEN=... ONDINE_WORKERS=16 launchers/slurm.sh
set -eu
exec sbatch --job-name=ondine-workers --array="1-${ONDINE_WORKERS:-1}" \
  --ntasks=1 --cpus-per-task=1 --mem-per-cpu=2G --time=04:00:00 --requeue --output=/dev/null \
  --wrap 'exec "${ONDINE_PROGRAM:-ondine}" worker --connect "$ONDINE_ENDPOINT"'
