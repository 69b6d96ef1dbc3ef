"""Authorities of an operator's own (DOCSPASTA_CA_BUNDLE), made known to the browser.

Chromium on Linux trusts, beside its own list, what stands in the NSS database of its user. That user's home
is the browser's own directory, so nothing else learns of them. `certutil` (Debian's libnss3-tools) writes it.
A flag that ignores errors by a key's hash would not do: it would believe whoever sends along the certificate
of that authority, which is public.
"""

from __future__ import annotations

import asyncio
import re
import shutil
from pathlib import Path

DATABASE = Path(".pki") / "nssdb"
PROGRAM = "certutil"
HOW = "install certutil (Debian's libnss3-tools), so that the browser learns of DOCSPASTA_CA_BUNDLE"
SECONDS = 30.0
_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----\s*", re.S)


def certificates(bundle: str) -> list[bytes]:
    """The certificates of a PEM file, each as PEM. Raises ValueError for a file that can't be read or holds
    none."""
    try:
        found = _CERTIFICATE.findall(Path(bundle).read_bytes())
    except OSError as error:
        raise ValueError(f"DOCSPASTA_CA_BUNDLE: {bundle!r} cannot be read ({error.strerror})") from error
    if not found:
        raise ValueError(f"DOCSPASTA_CA_BUNDLE: {bundle!r} holds no certificate in PEM")
    return found


def can_trust() -> bool:
    """Whether the browser can be told of authorities on this machine."""
    return shutil.which(PROGRAM) is not None


async def trust(known: list[bytes], home: str) -> None:
    """Write them into the database of the browser whose home this is. Raises OSError."""
    if not known:
        return
    database = Path(home) / DATABASE
    database.mkdir(parents=True)
    await _certutil(database, ["-N", "--empty-password"], b"")
    for number, each in enumerate(known):
        await _certutil(database, ["-A", "-n", f"docspasta-{number}", "-t", "C,,"], each)


async def _certutil(database: Path, arguments: list[str], given: bytes) -> None:
    process = await asyncio.create_subprocess_exec(
        PROGRAM, "-d", f"sql:{database}", *arguments,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(SECONDS):
            said = (await process.communicate(given))[1]
    except TimeoutError:
        process.kill()
        raise
    if process.returncode:
        raise OSError(f"certutil: {said.decode('utf-8', 'replace').strip()[:300]}")
