// Run before a page's own scripts, in each of its frames and workers: ways out that Fetch does not show are taken
// away. What runs beside the page (service and shared workers, other windows) is never let begin.
(() => {
  for (const name of ['WebSocketStream', 'WebTransport', 'RTCPeerConnection', 'webkitRTCPeerConnection', 'SharedWorker',
    'PaymentRequest', 'PresentationRequest', 'fetchLater']) delete globalThis[name];
  if (globalThis.Navigator) delete Navigator.prototype.serviceWorker;
  if (globalThis.document) globalThis.open = () => null;  // a window that waits for ever would hold its opener
  // These two stay, and never open: most scripts make one without asking whether there is such a thing.
  for (const name of ['WebSocket', 'EventSource']) globalThis[name] = class extends EventTarget {
    static CONNECTING = 0; static OPEN = 1; static CLOSING = 2; static CLOSED = 3;
    #ended = false;
    constructor(url) { super(); this.url = String(url); }
    get readyState() { return this.#ended ? 3 : 0; }
    get bufferedAmount() { return 0; }
    get protocol() { return ''; }
    get extensions() { return ''; }
    send() { throw new DOMException('Still in CONNECTING state.', 'InvalidStateError'); }
    close() { this.#ended = true; }
  };
})();
