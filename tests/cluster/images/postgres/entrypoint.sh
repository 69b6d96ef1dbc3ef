#!/bin/sh
# What the chart's trial asks of a PostgreSQL image: on an empty volume make the database POSTGRES_DB, with the
# superuser's POSTGRES_PASSWORD, and run the scripts of /docker-entrypoint-initdb.d; then serve.
# A volume that was begun and not finished is begun again.
set -eu
umask 077
if [ ! -f "$PGDATA/finished" ]; then
  rm -rf "$PGDATA"
  printf '%s\n' "$POSTGRES_PASSWORD" > /tmp/password
  initdb --pgdata "$PGDATA" --username postgres --pwfile /tmp/password --encoding UTF8 --locale C.UTF-8 \
    --auth-local trust --auth-host scram-sha-256
  rm /tmp/password
  echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
  pg_ctl --pgdata "$PGDATA" --wait --options "-c listen_addresses=''" start
  createdb --username postgres "$POSTGRES_DB"
  for script in /docker-entrypoint-initdb.d/*.sh; do
    sh "$script"
  done
  pg_ctl --pgdata "$PGDATA" --wait --mode fast stop
  touch "$PGDATA/finished"
fi
if [ "${1:-}" = postgres ]; then
  shift
fi
exec postgres -D "$PGDATA" -c "listen_addresses=*" "$@"
