#!/bin/sh
# The three roles of docspasta in the trial database; run once by the image, on an empty volume.
set -eu
psql --username postgres --dbname docspasta --set ON_ERROR_STOP=1 --set password="$POSTGRES_PASSWORD" <<'SQL'
CREATE ROLE docspasta_owner LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'password';
CREATE ROLE docspasta_app LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'password';
CREATE ROLE docspasta_tend LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'password';
ALTER DATABASE docspasta OWNER TO docspasta_owner;
SQL
