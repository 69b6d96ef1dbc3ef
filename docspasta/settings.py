"""Every setting of the processes, read from DOCSPASTA_* once, in a process's `__main__`.

Each class is what one process needs; the shared parts are mixed in. `docs/settings.md` is generated from
here (`python -m docspasta.settings > docs/settings.md`), and a test holds the two together.
Durations are seconds, sizes are bytes.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

IndexRuns = Literal["never", "searched", "always"]


class FromEnvironment(BaseSettings):
    """Reads DOCSPASTA_*; a malformed value is named without being shown."""

    model_config = SettingsConfigDict(env_prefix="DOCSPASTA_", extra="ignore", hide_input_in_errors=True)


class Shared(FromEnvironment):
    """Settings of every process."""

    embedded: bool = Field(False, description="the processes run on one machine, started by the command line")
    log_level: str = Field("info", description="debug, info, warning or error")
    log_format: str = Field("json", description="json, or text for people")
    metrics_listen: str = Field("", description="host:port of the Prometheus metrics; empty: none")
    health_listen: str = Field(
        "", description="host:port of a gRPC health service without TLS, for probes; empty: none"
    )
    otlp_endpoint: str = Field("", description="OpenTelemetry collector (gRPC); empty: no traces")
    tls_certificate: str = Field("", description="PEM file of this process's certificate; empty: no TLS")
    tls_key: str = Field("", description="PEM file of its key")
    tls_ca: str = Field("", description="PEM file of the CA that signs the peers' certificates (mTLS)")
    grace: float = Field(25.0, description="seconds from SIGTERM until open work is cancelled")
    max_connection_age: float = Field(1800.0, description="seconds after which a gRPC connection is renewed")


class Identity(FromEnvironment):
    """Whose tokens are accepted. Public keys only; see SECURITY.md."""

    identity_issuers: str = Field(
        "[]",
        description="JSON list of trusted issuers: {issuer, audience, jwks_url | public_key (PEM), kind: "
        "oidc | kubernetes | internal | anonymous | browser | local, scopes: the most its tokens may "
        "have, by default [read, write]; not_before: epoch seconds before which its tokens were revoked; "
        "and of kind kubernetes, whose users are namespaces, operator: the ServiceAccount that may act for "
        "all of them, "
        "token_file: what the keys are asked with}",
    )
    identity_further_issuers: str = Field(
        "[]",
        description="JSON list of further issuers, in the same form: what a chart knows when the first list "
        "is in a Secret; of two rows with one name, the first list's is taken",
    )
    identity_audience: str = Field("docspasta", description="the audience that a JWT must name")
    identity_allow_private: str = Field(
        "", description="private HOST[:PORT] or CIDR of issuers, comma-separated"
    )
    identity_ca_bundle: str = Field("", description="PEM file with further trusted CAs for issuers")
    identity_leeway: float = Field(5.0, description="seconds of clock skew allowed in exp and nbf")


class Postgres(FromEnvironment):
    """The database."""

    postgres_dsn: SecretStr = Field(SecretStr(""), description="application role; never the owner")
    postgres_pool: int = Field(8, description="maximum connections of the application role")
    postgres_statement_timeout: float = Field(30.0, description="seconds a statement may take")


class Redis(FromEnvironment):
    """The frontier's server."""

    redis_url: SecretStr = Field(SecretStr(""), description="redis://, rediss:// or unix://, with its user")
    redis_cluster: bool = Field(False, description="the URL names a Redis Cluster")
    frontier_shards: int = Field(16, description="fixed at installation; embedded 1")
    frontier_pause: float = Field(
        30.0,
        description="seconds that nothing is fetched after Redis was emptied; embedded 1",
    )


class Bodies(FromEnvironment):
    """What the crawler fetches and the processor reads."""

    body_bytes: int = Field(10 * 1024 * 1024, description="maximum bytes of a page, decoded")


class Sealing(FromEnvironment):
    """Seals jobs' request headers; jobs and the crawler have it."""

    sealing_key: SecretStr = Field(SecretStr(""), description="base64 of 32 random bytes")


class Ticketing(FromEnvironment):
    """Signs frontier tickets; jobs and the processor have it, the crawler does not."""

    ticket_key: SecretStr = Field(SecretStr(""), description="base64 of 32 random bytes")


class JobsAddress(FromEnvironment):
    jobs_address: str = Field("127.0.0.1:50051", description="gRPC target of jobs (dns:///… in a cluster)")


class CrawlerAddress(FromEnvironment):
    crawler_address: str = Field("127.0.0.1:50052", description="gRPC target of the crawler")


class PublicUrl(FromEnvironment):
    gateway_public_url: str = Field(
        "", description="https://… as browsers see it; decides Secure and Origin, and the links of webhooks"
    )


class Jobs(Shared, Identity, Postgres, Redis, Sealing, Ticketing, CrawlerAddress, PublicUrl):
    """The jobs service."""

    jobs_listen: str = Field("127.0.0.1:50051", description="gRPC listen address (host:port or unix:/path)")
    postgres_maintenance_dsn: SecretStr = Field(SecretStr(""), description="docspasta_tend role")
    signing_key: SecretStr = Field(SecretStr(""), description="PEM, Ed25519: signs exchanged tokens")
    jobs_keep: float = Field(30 * 86400.0, description="seconds an ended job is kept; 0: forever")
    jobs_maintenance_interval: float = Field(5.0, description="seconds between two rounds of maintenance")
    jobs_running_per_user: int = Field(4, description="running jobs of one user; more stay queued")
    jobs_open_per_user: int = Field(1000, description="maximum jobs of one user that have not ended")
    jobs_open_per_address: int = Field(
        10,
        description="maximum open jobs of all anonymous users of one address or IPv6 /64; 0: no limit",
    )
    jobs_pages_per_user_day: int = Field(1_000_000, description="maximum pages of one user in a day")
    jobs_bytes_per_user_day: int = Field(
        200 * 1024**3, description="maximum fetched bytes of one user in a day; 0: no limit"
    )
    jobs_requests_per_second: float = Field(
        50.0, description="requests a second of one user; anonymous users of one address count together"
    )
    jobs_documents: int = Field(64, description="documents and outlines read at once from this process")
    jobs_documents_per_user: int = Field(
        8, description="documents read at once by one user; anonymous users of one address count together"
    )
    jobs_watchers: int = Field(20_000, description="open WatchJob streams of this process")
    jobs_tail_bytes: int = Field(2 * 1024 * 1024, description="newest updates kept for a watched job")
    jobs_tails_bytes: int = Field(256 * 1024 * 1024, description="newest updates kept in this process")
    jobs_poll_interval: float = Field(30.0, description="seconds of the slow poll behind the doorbell")
    jobs_max_seconds: float = Field(21_600.0, description="maximum running time of a job")
    jobs_max_pages: int = Field(1_000_000, description="maximum pages of a job")
    jobs_max_bytes: int = Field(50 * 1024**3, description="maximum fetched bytes of a job")
    crawler_min_delay: float = Field(0.2, description="minimum seconds between two requests to a host")
    crawler_max_concurrency: int = Field(2, description="maximum concurrent requests to a host")
    crawler_ports: str = Field("80,443", description="ports that may be fetched")
    allow_private: str = Field(
        "", description="private HOST[:PORT] or CIDR that may be crawled, comma-separated"
    )
    sources_min_schedule: float = Field(
        3600.0, description="minimum seconds between two runs that a source's schedule begins"
    )
    search_runs: IndexRuns = Field(
        "searched",
        description="whether a source's run is indexed for search at its end: never (when it is first"
        " searched), searched (when an earlier run of it was), always",
    )
    sources_per_user: int = Field(100, description="maximum sources of one user")
    webhooks_per_user: int = Field(20, description="maximum webhook endpoints of one user")
    webhooks_at_once: int = Field(64, description="webhook deliveries under way at once in this process")


class RendererAddress(FromEnvironment):
    """Where pages are drawn that exist only in a browser."""

    renderer_address: str = Field("", description="gRPC target of the renderer; empty: there is none")


class Fetching(FromEnvironment):
    """How sites are reached, and who says so to them."""

    crawler_contact: str = Field("", description="an address for site owners; in the User-Agent")
    crawler_proxy: str = Field("", description="HTTP proxy for all fetches; the environment's are not used")
    ca_bundle: str = Field("", description="PEM file with further trusted CAs for fetches")
    crawler_ports: str = Field("80,443", description="ports that may be fetched")
    allow_private: str = Field(
        "", description="private HOST[:PORT] or CIDR that may be crawled, comma-separated"
    )
    crawler_connect_timeout: float = Field(5.0, description="seconds to connect")


class Crawler(Shared, Identity, Redis, Bodies, Sealing, RendererAddress, Fetching):
    """The crawler: the process that touches the internet."""

    crawler_listen: str = Field("127.0.0.1:50052", description="gRPC listen address")
    crawler_fetches: int = Field(64, description="requests at once in this process")
    crawler_min_delay: float = Field(0.2, description="minimum seconds between two requests to a host")
    crawler_max_concurrency: int = Field(2, description="maximum concurrent requests to a host")
    crawler_delay: float = Field(0.2, description="seconds between starts on a host, by default")
    crawler_concurrency: int = Field(2, description="requests at once on a host, by default")
    crawler_calls: int = Field(64, description="FetchPages calls at once in this process")
    crawler_calls_per_user: int = Field(
        8, description="FetchPages calls at once of one user; anonymous users of one address count together"
    )
    crawler_urls_per_second: float = Field(
        50.0,
        description="URLs a second of one user in FetchPages calls of this process; anonymous users of one "
        "address count together; 0: no limit",
    )
    crawler_idle_timeout: float = Field(10.0, description="seconds without a byte")
    crawler_total_timeout: float = Field(30.0, description="seconds a fetch may take")
    crawler_lease: float = Field(30.0, description="seconds of a lease; renewed while work goes on")
    pages_waiting_bytes: int = Field(64 * 1024 * 1024, description="maximum fetched bytes waiting in Redis")


class Renderer(Shared, Fetching):
    """The renderer: draws pages in a browser; it has no store and no secret."""

    renderer_listen: str = Field("127.0.0.1:50054", description="gRPC listen address")
    renderer_chromium: str = Field("", description="the browser's program; empty: the one that is installed")
    renderer_sandbox: str = Field(
        "required", description="`none`: draw pages of strangers in a browser without a sandbox"
    )
    renderer_pages: int = Field(2, description="pages drawn at once in this process")
    renderer_waiting: int = Field(16, description="pages that wait for their turn in this process")
    renderer_page_seconds: float = Field(15.0, description="maximum seconds that a page is drawn for")
    renderer_browser_pages: int = Field(100, description="pages after which a new browser is started")
    renderer_browser_seconds: float = Field(900.0, description="seconds after which a new browser is started")
    renderer_browser_bytes: int = Field(
        1024**3, description="bytes of memory above which a new browser is started"
    )


class Processor(Shared, Identity, Postgres, Redis, Bodies, Ticketing, RendererAddress):
    """The processor."""

    processor_listen: str = Field("127.0.0.1:50053", description="gRPC listen address")
    processor_workers: int = Field(0, description="parsing processes; 0: one a core, at least two")
    processor_batch: int = Field(64, description="maximum pages recorded in one transaction")
    processor_page_seconds: float = Field(10.0, description="maximum CPU seconds of a page's conversion")
    processor_parsing_memory: int = Field(
        512 * 1024 * 1024, description="maximum bytes of memory of a parsing process"
    )
    processor_calls: int = Field(32, description="ConvertPage calls at once in this process")
    processor_calls_per_user: int = Field(
        8, description="ConvertPage calls at once of one user; anonymous users of one address count together"
    )
    processor_calls_per_second: float = Field(
        50.0,
        description="ConvertPage calls a second of one user to this process; anonymous users of one address "
        "count together; 0: no limit",
    )
    processor_lease: float = Field(60.0, description="seconds of a lease; renewed while work goes on")


class Gateway(Shared, Identity, JobsAddress, CrawlerAddress, PublicUrl):
    """The gateway."""

    gateway_listen: str = Field("127.0.0.1:8080", description="host:port of HTTP")
    processor_address: str = Field("127.0.0.1:50053", description="gRPC target of the processor")
    gateway_anonymous: bool = Field(True, description="a browser without a credential gets its own cookie")
    anonymous_key: SecretStr = Field(SecretStr(""), description="PEM, Ed25519: signs cookies; empty: off")
    browser_key: SecretStr = Field(SecretStr(""), description="PEM, Ed25519: signs the cookies of sign-ins")
    login_issuer: str = Field("", description="OIDC issuer that people sign in with; empty: no sign-in")
    login_client_id: str = Field("", description="this gateway's client at that issuer")
    login_client_secret: SecretStr = Field(SecretStr(""), description="its secret; empty: a public client")
    login_scope: str = Field("openid", description="scopes asked of the issuer")
    login_lifetime: float = Field(43_200.0, description="seconds that a sign-in lasts")
    gateway_hosts: str = Field(
        "",
        description="further names that the gateway answers to, comma-separated; `*.NAME` for all below. "
        "It knows the public URL's, localhost and addresses",
    )
    gateway_sample: str = Field(
        "", description="address of a site that the page offers as an example; empty: none"
    )
    gateway_cors_origins: str = Field("", description="origins allowed by CORS, comma-separated; empty: none")
    gateway_heartbeat: float = Field(15.0, description="seconds between heartbeats on a stream")
    gateway_streams: int = Field(20_000, description="open SSE streams of this process")
    gateway_streams_per_address: int = Field(100, description="open SSE streams of one client address")
    gateway_requests_per_second: float = Field(50.0, description="requests a second of one client address")
    gateway_firecrawl: bool = Field(True, description="Firecrawl's clients are answered, at /v2 (and /v1)")
    gateway_scrapes: int = Field(16, description="pages scraped at once by this process (POST /scrape)")
    gateway_scrapes_per_user: int = Field(2, description="pages scraped at once for one user")
    gateway_scrapes_per_address: int = Field(
        4, description="pages scraped at once for one client address, or IPv6 /64"
    )
    gateway_trusted_proxies: str = Field("", description="networks whose X-Forwarded-For is believed")


class Operator(Shared, JobsAddress, PublicUrl):
    """The operator: CrawlJob and CrawlSource resources of a Kubernetes cluster."""

    operator_token_file: str = Field(
        "/var/run/secrets/docspasta/token", description="the ServiceAccount's token for docspasta's audience"
    )
    operator_namespaces: str = Field(
        "", description="namespaces whose resources are followed, comma-separated; empty: all"
    )
    operator_lease: str = Field(
        "", description="NAMESPACE/NAME of the Lease that one replica holds at a time; empty: none"
    )
    operator_at_once: int = Field(8, description="resources looked at at once")
    operator_poll: float = Field(5.0, description="seconds between two looks at a job that has not ended")
    operator_resync: float = Field(
        300.0, description="seconds between two looks at what nothing is known to have happened to"
    )
    operator_delete_timeout: float = Field(
        300.0, description="seconds after which a deleted resource goes although its job could not be deleted"
    )


def table() -> str:
    """docs/settings.md: every setting, who reads it, its default and what it means."""
    rows: dict[str, tuple[list[str], str, str]] = {}
    for process in (Jobs, Crawler, Processor, Renderer, Gateway, Operator):
        for name, field in process.model_fields.items():
            default = "" if isinstance(field.default, SecretStr) else f"`{field.default}`"
            entry = rows.setdefault(name, ([], default, field.description or ""))
            entry[0].append(process.__name__.lower())
    lines = [
        "# Settings",
        "",
        "Read from the environment once, at start. Durations are seconds, sizes are bytes.",
        "Generated by `python -m docspasta.settings > docs/settings.md`.",
        "",
        "| variable | read by | default | meaning |",
        "|---|---|---|---|",
    ]
    for name, (readers, default, meaning) in sorted(rows.items()):
        who = "all" if len(readers) == 6 else ", ".join(readers)
        lines.append(
            f"| `DOCSPASTA_{name.upper()}` | {who} | {default} | {meaning.replace('|', chr(92) + '|')} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
