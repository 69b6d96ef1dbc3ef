"""Webhooks in the jobs service: endpoints are kept, what is due is leased, signed and handed to the crawler.

The outbox itself is written by Postgres, in the transactions that make events true (`0008_webhooks.sql`).
"""
