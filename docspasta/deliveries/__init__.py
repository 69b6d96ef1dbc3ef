"""Deliveries: what an event is, how its body is written and signed, and when it is sent again. Pure; no I/O.

What is sent lies in Postgres (`docspasta.store.deliveries`). jobs leases what is due and signs it; the
crawler, which has neither Postgres nor an endpoint's secret, sends it.
"""
