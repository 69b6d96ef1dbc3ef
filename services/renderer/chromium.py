"""How the browser is started: the flags that keep it in, and why each is there. Pure."""

from __future__ import annotations

import json
import os

FEATURES_OFF = (
    "AutofillServerCommunication,CertificateTransparencyComponentUpdater,DialMediaRouteProvider,"
    "GlobalMediaControls,InterestFeedContentSuggestions,IsolateOrigins,IsolateSandboxedIframes,LensOverlay,MediaRouter,"
    "OptimizationHints,PaintHolding,SpareRendererForSitePerProcess,Translate,site-per-process,"
    "WebRtcHideLocalIpsWithMdns,AsyncDns,DnsOverHttps,Prerender2,SpeculationRulesPrefetchFuture,FedCm,"
    "PrivateNetworkAccessSendPreflights,"
    # What is sent beside a page's requests, and Fetch does not show: reports, and what wallets ask of shops.
    "Reporting,NetworkErrorLogging,DocumentReporting,CrashReporting,WebPayments,ServiceWorkerPaymentApps"
)


def arguments(directory: str, *, sandbox: bool, heap_mib: int = 512) -> list[str]:
    """The command line. `directory` is the profile's, thrown away with the browser."""
    flags = [
        "--headless",
        "--remote-debugging-pipe",  # no port that a page, or another user, could speak to
        f"--user-data-dir={directory}",
        # A proxy that refuses everything: only a page's own context has one that reaches anything.
        "--proxy-server=http://127.0.0.1:9",
        "--proxy-bypass-list=<-loopback>",  # else localhost and 169.254.0.0/16 go past the proxy
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",  # the proxy looks names up
        "--disable-quic",  # UDP goes past the proxy
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--webrtc-ip-handling-policy=disable_non_proxied_udp",
        f"--disable-features={FEATURES_OFF}",
        "--dns-prefetch-disable",
        "--no-pings",
        "--no-first-run",
        "--no-default-browser-check",
        "--no-service-autorun",
        "--disable-background-networking",
        "--disable-breakpad",
        "--disable-client-side-phishing-detection",
        "--disable-component-extensions-with-background-pages",
        "--disable-component-update",
        "--disable-default-apps",
        "--disable-dev-shm-usage",
        "--disable-domain-reliability",
        "--disable-extensions",
        "--disable-gpu",
        "--disable-notifications",
        "--disable-permissions-api",
        "--disable-popup-blocking=false",
        "--disable-print-preview",
        "--disable-remote-fonts",
        "--disable-speech-api",
        "--disable-sync",
        "--disable-hang-monitor",
        "--deny-permission-prompts",
        "--metrics-recording-only",
        "--mute-audio",
        "--password-store=basic",
        "--use-mock-keychain",
        "--blink-settings=imagesEnabled=false",
        f"--js-flags=--max-old-space-size={heap_mib}",
        "--window-size=1280,2400",  # high: what is drawn as it comes into view is drawn
        "--lang=en",
    ]
    return [*flags, *([] if sandbox else ["--no-sandbox"]), "about:blank"]


# Of a profile, in its folder `Default`. 2: nothing is fetched or connected to ahead, whatever a page's
# speculation rules say; such a request is the browser's own, which Fetch does not show.
PREFERENCES = json.dumps({"net": {"network_prediction_options": 2}})


def environment(directory: str) -> dict[str, str]:
    """The browser's environment: nothing of the renderer's."""
    return {
        "HOME": directory,
        "TMPDIR": directory,
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "DBUS_SESSION_BUS_ADDRESS": "disabled:",
        "DBUS_SYSTEM_BUS_ADDRESS": "disabled:",
        **({"TZ": os.environ["TZ"]} if "TZ" in os.environ else {}),
    }
