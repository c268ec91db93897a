#!/bin/sh
# Workers of an Ondine training as tasks of HyperQueue, whose server runs; a template: edit the options of hq submit.
#
# The training runs it with ONDINE_WORKERS, the number of workers to start, and with ONDINE_ENDPOINT, ONDINE_TOKEN and
# ONDINE_PROGRAM, which the tasks are told. Other users of the machine may read the token in the list of processes.
set -eu
exec hq submit --name=ondine-workers --array="1-${ONDINE_WORKERS:-1}" --cpus=1 --stdout=none --stderr=none \
  --env ONDINE_ENDPOINT="$ONDINE_ENDPOINT" --env ONDINE_TOKEN="${ONDINE_TOKEN:-}" \
  -- "${ONDINE_PROGRAM:-ondine}" worker --connect "$ONDINE_ENDPOINT"
