// What a hostile page tries to reach CANARY, a port of this machine: more than thirty ways, each with every name.
const port = CANARY, at = ['127.0.0.1', 'localhost', '[::1]', '0.0.0.0', '127.1', '2130706433', '0x7f000001',
  '[::ffff:127.0.0.1]', '127.0.0.1.nip.io', '169.254.169.254', '10.0.0.1', 'localhost.', '017700000001'];
const all = [];
for (const host of at) {
  for (const scheme of ['http', 'https']) all.push(fetch(`${scheme}://${host}:${port}/f`, {mode: 'no-cors'}).catch(() => 0));
  try { new WebSocket(`ws://${host}:${port}/w`); } catch (e) {}
  for (const [tag, name] of [['script', 'src'], ['iframe', 'src'], ['img', 'src'], ['link', 'href'], ['object', 'data']]) {
    const node = document.createElement(tag);
    if (tag === 'link') node.rel = 'stylesheet';
    node[name] = `http://${host}:${port}/${tag}`;
    document.body.append(node);
  }
  for (const rel of ['prefetch', 'preload', 'preconnect', 'dns-prefetch', 'prerender', 'modulepreload', 'manifest', 'icon']) {
    const node = document.createElement('link');
    node.rel = rel; node.as = 'script'; node.href = `http://${host}:${port}/${rel}`;
    document.head.append(node);
  }
  navigator.sendBeacon(`http://${host}:${port}/beacon`);
  try { new EventSource(`http://${host}:${port}/sse`); } catch (e) {}
  try { const x = new XMLHttpRequest(); x.open('GET', `http://${host}:${port}/xhr`); x.send(); } catch (e) {}
  fetch(`/away?to=${encodeURIComponent(`http://${host}:${port}/redirect`)}`).catch(() => 0);
  window.open(`http://${host}:${port}/open`);
  try { new Worker(URL.createObjectURL(new Blob([`fetch('http://${host}:${port}/worker').catch(() => 0)`]))); } catch (e) {}
}
try {
  const peer = new RTCPeerConnection({iceServers: [{urls: `stun:127.0.0.1:${port}`}, {urls: `turn:127.0.0.1:${port}?transport=tcp`, username: 'a', credential: 'b'}]});
  peer.createDataChannel('x'); peer.createOffer().then((offer) => peer.setLocalDescription(offer));
} catch (e) {}
try { navigator.serviceWorker.register('/sw.js').catch(() => 0); } catch (e) {}
const form = document.createElement('form');
form.action = `http://127.0.0.1:${port}/form`; form.method = 'post'; form.target = '_blank';
document.body.append(form);
form.submit();
try { location.href = 'file:///etc/passwd'; } catch (e) {}
try { new WebTransport(`https://127.0.0.1:${port}/t`); } catch (e) {}
const css = document.createElement('style');
css.textContent = `@import url(http://127.0.0.1:${port}/import); body { background: url(http://127.0.0.1:${port}/css) }`;
document.head.append(css);
