#!/bin/sh
# The three roles of docspasta in the database of a trial or of compose, each with a password of its own. The
# image runs this once, on an empty volume. No process of docspasta has the superuser's password.
set -eu
psql --username postgres --dbname docspasta --set ON_ERROR_STOP=1 --set owner="$OWNER_PASSWORD" \
  --set app="$APP_PASSWORD" --set tend="$TEND_PASSWORD" <<'SQL'
CREATE ROLE docspasta_owner LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'owner';
CREATE ROLE docspasta_app LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'app';
CREATE ROLE docspasta_tend LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'tend';
ALTER DATABASE docspasta OWNER TO docspasta_owner;
SQL
