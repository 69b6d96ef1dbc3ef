"""Firecrawl's API (v2), for its clients as they are: a translation to the services, and nothing else."""
