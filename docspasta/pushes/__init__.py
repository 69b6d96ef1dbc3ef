"""Pages that are pushed instead of fetched: what a delivery looks like, and who signed it.

Pure: nothing here knows of a job, a database or a connection.
"""
