"""Documents as the jobs service gives them out: assembled by a process of their own, kept in Postgres."""
