#!/bin/sh
# Workers of an Ondine training on this machine, in processes of their own, or on others by ssh; a template.
#
# The training runs it with ONDINE_WORKERS, the number of workers to start, and with ONDINE_ENDPOINT, ONDINE_TOKEN and
# ONDINE_PROGRAM. It ends when they do.
set -eu
worker=0
while [ "$worker" -lt "${ONDINE_WORKERS:-1}" ]; do
  "${ONDINE_PROGRAM:-ondine}" worker --connect "$ONDINE_ENDPOINT" &
  worker=$((worker + 1))
done
wait
