"""The operator: CrawlJob and CrawlSource resources of a Kubernetes cluster, as jobs and sources of docspasta.

It holds no state of its own: what it knows is in the cluster and in the jobs service, so it may be killed at
any point. Nothing else imports it, or what it needs (the extra `docspasta[kubernetes]`).
"""
