"""Postgres: the record of everything. Pool, named SQL in *.sql, migrations.

Importing this package opens nothing. Nothing here speaks to Redis or the internet.
"""
