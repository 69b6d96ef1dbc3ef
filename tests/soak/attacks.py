"""The eight attackers. Each goes on until the soak ends."""

from __future__ import annotations

import gzip
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from threading import Event, Thread

from .people import API, Person
from .web import Answer, serve

HTML = {"Content-Type": "text/html"}
WORDS = "<p>words of the page are here to be counted well.</p>"
MISSING: Answer = (404, {}, b"")
Attack = Callable[[Person, int, Event], None]


def page(body: str = "") -> Answer:
    return 200, HTML, f"<html><body><main><h1>T</h1>{WORDS}{body}</main>".encode()


def coded(body: str) -> Answer:
    return 200, {**HTML, "Content-Encoding": "gzip"}, gzip.compress(body.encode(), 9)


def drip() -> Iterator[bytes]:
    yield b"<html><body><p>"
    for _ in range(20):
        time.sleep(3)
        yield b"x "


def repeated(person: Person, url: str, stop: Event, within: float, **settings: object) -> None:
    """Crawl the same again and again, each time for at most so many seconds."""
    while not stop.is_set():
        job = person.crawl(url, **settings)
        if job:
            person.ended(job, stop, within)
            person.delete(job)
        stop.wait(0.5)


def globs(person: Person, port: int, stop: Event) -> None:
    """Globs that a backtracking matcher never ends with, and long links."""
    links = "".join(f"<a href='/{'a' * 1_900}{at}'>x</a> " for at in range(1_000))
    serve("127.7.1.1", port, lambda path, _: page(links) if path == "/evil" else MISSING)
    patterns = ["/**a*a*a*a*b" + "c" * (at % 9) + str(at) for at in range(50)]
    exclude = [pattern + "x" for pattern in patterns]
    repeated(person, f"http://127.7.1.1:{port}/evil", stop, 60, include=patterns, exclude=exclude)


def nesting(person: Person, port: int, stop: Event) -> None:
    """Pages that are small on the wire and costly to parse, of several kinds."""
    kinds = [
        "<div>" * 60_000,
        "<div></x>" * 40_000,
        "<ul><li>" * 20_000,
        "<a><b><p>" * 20_000,
        "](a" * 90_000,
    ]
    bodies = [coded(f"<h1>t</h1>{WORDS}{body}") for body in kinds]
    links = "".join(f"<a href=/x{at}>x</a> " for at in range(60))

    def site(path: str, _: str) -> Answer:
        return bodies[int(path[2:]) % len(bodies)] if path.startswith("/x") else page(links)

    serve("127.7.1.2", port, site)
    repeated(person, f"http://127.7.1.2:{port}/", stop, 120, useSitemaps=False)


def unreached(person: Person, port: int, stop: Event) -> None:
    """Pages of many links each, cancelled, and slow readers of the documents of them."""

    def site(path: str, _: str) -> Answer:
        if path == "/":
            return page("".join(f"<a href=/p{at}>x</a> " for at in range(20)))
        if path.startswith("/p"):
            return page("".join(f"<a href='/{'x' * 900}{path[2:]}-{at}'>x</a> " for at in range(5_000)))
        return page()

    serve("127.7.1.3", port, site)
    while not stop.is_set():
        if job := person.crawl(f"http://127.7.1.3:{port}/", useSitemaps=False):
            stop.wait(30)
            person.ask("POST", f"/jobs/{job}/cancel")
            readers = [slow_reader(person, job) for _ in range(16)]
            stop.wait(20)
            for reader in filter(None, readers):
                reader.close()
            person.delete(job)
        stop.wait(1)


def slow_reader(person: Person, job: str) -> socket.socket | None:
    """A connection that asked for a job's document and reads nothing."""
    host, _, port = person.stack.gateway.removeprefix("http://").partition(":")
    try:
        reader = socket.create_connection((host, int(port)), 10, (person.address, 0))
    except OSError:
        return None
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    head = f"GET {API}/jobs/{job}/markdown HTTP/1.1\r\nHost: {host}:{port}\r\n"
    reader.sendall(f"{head}Authorization: Bearer {person.token()}\r\n\r\n".encode())
    return reader


def names(person: Person, port: int, stop: Event) -> None:
    """Names that no server answers."""
    numbers = count()

    def ask() -> None:
        while not stop.is_set():
            url = f"http://n{next(numbers)}x{time.time_ns()}.slow.test:{port}/"
            if job := person.crawl(url, useSitemaps=False, respectRobots=False):
                person.ended(job, stop, 30)
                person.delete(job)
            stop.wait(0.2)

    together(ask, 4, stop)


def discoveries(person: Person, port: int, stop: Event) -> None:
    """Sitemap indexes that name sitemaps without end."""

    def site(path: str, host: str) -> Answer:
        if path == "/robots.txt":
            return 200, {}, "".join(f"Sitemap: http://{host}/i{at}.xml\n" for at in range(100)).encode()
        if path.startswith("/i"):
            listed = (
                f"<sitemap><loc>http://{host}/{'x' * 900}{path[2:]}{at}</loc></sitemap>"
                for at in range(2_000)
            )
            return (
                200,
                {"Content-Type": "application/xml"},
                f"<sitemapindex>{''.join(listed)}</sitemapindex>".encode(),
            )
        return page() if path == "/" else MISSING

    serve("127.7.1.5", port, site)
    repeated(person, f"http://127.7.1.5:{port}/", stop, 60, maxPages=1)


def scrapes(person: Person, port: int, stop: Event) -> None:
    """Scrapes without a cookie of pages that are long when they are decoded."""
    long = coded(f"<h1>t</h1>{WORDS}<p>" + "lorem ipsum " * 800_000)
    serve("127.7.1.6", port, lambda path, _: long if path.startswith("/p") else MISSING)

    def ask() -> None:
        while not stop.is_set():
            person.ask("POST", "/scrape", {"url": f"http://127.7.1.6:{port}/p{time.time_ns()}"})
            stop.wait(0.1)

    together(ask, 8, stop)


def robots(person: Person, port: int, stop: Event) -> None:
    """Long robots.txt, on many hosts."""
    rules = "User-agent: *\n" + "".join(f"Disallow: /*ab*ab*{at:05d}\n" for at in range(20_000))

    def site(path: str, _: str) -> Answer:
        return (200, {}, rules.encode()) if path == "/robots.txt" else page(f"<a href='/{'ab' * 900}'>x</a>")

    hosts = [f"127.7.2.{at}" for at in range(1, 21)]
    for host in hosts:
        serve(host, port, site)
    while not stop.is_set():
        jobs = [person.crawl(f"http://{host}:{port}/", maxPages=20) for host in hosts]
        stop.wait(15)
        for job in filter(None, jobs):
            person.delete(job)


def crowd(person: Person, port: int, stop: Event) -> None:
    """A new user a request, each with a site that trickles."""
    hosts = [f"127.7.3.{at}" for at in range(1, 31)]
    for host in hosts:
        serve(host, port, lambda path, _: MISSING if "." in path else (200, HTML, drip()))
    stranger = replace(person, name="")
    for number in count():
        if stop.wait(0.1):
            return
        stranger.crawl(f"http://{hosts[number % len(hosts)]}:{port}/{number}", respectRobots=False)


def together(work: Callable[[], None], threads: int, stop: Event) -> None:
    """The same work in several threads, until the soak ends."""
    for _ in range(threads):
        Thread(target=work, daemon=True).start()
    stop.wait()


ATTACKS: tuple[Attack, ...] = (globs, nesting, unreached, names, discoveries, scrapes, robots, crowd)
