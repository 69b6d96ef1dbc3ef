// Run before a page's own scripts, in each of its frames and workers: ways out that Fetch does not show are taken
// away. What runs beside the page (service and shared workers, other windows) is never let begin.
(() => {
  for (const name of ['WebSocket', 'WebSocketStream', 'WebTransport', 'RTCPeerConnection', 'webkitRTCPeerConnection',
    'SharedWorker']) delete globalThis[name];
  if (globalThis.Navigator) delete Navigator.prototype.serviceWorker;
  if (globalThis.document) globalThis.open = () => null;  // a window that waits for ever would hold its opener
})();
