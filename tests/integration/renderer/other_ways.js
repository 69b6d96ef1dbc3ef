// What a page tries to do on OTHER, another origin, beside reading from it.
const other = 'OTHER', post = {method: 'POST', mode: 'no-cors', body: 'x'};
const source = (text) => URL.createObjectURL(new Blob([text], {type: 'text/javascript'}));
const tries = [
  () => fetch(other + '/fetch', post),
  () => fetch(other + '/keepalive', {...post, keepalive: true}),
  () => navigator.sendBeacon(other + '/beacon', 'x'),
  () => new WebSocket(other.replace('http', 'ws') + '/socket'),
  () => new WebSocketStream(other.replace('http', 'ws') + '/stream'),
  () => new SharedWorker(source(`fetch('${other}/shared', {method: 'POST', mode: 'no-cors'})`)),
  () => new Worker(source(`fetch('${other}/worker', {method: 'POST', mode: 'no-cors'})`)),
  () => new Worker(source(`new WebSocket('${other.replace('http', 'ws')}/worker-socket')`)),
  () => new Worker(source(`new Worker(URL.createObjectURL(new Blob(["new WebSocket('${other.replace('http', 'ws')}/nested')"])))`)),
  () => navigator.serviceWorker.register('/sw.js'),
  () => { const f = document.createElement('iframe'); document.body.append(f);
    new f.contentWindow.WebSocket(other.replace('http', 'ws') + '/framed'); },
  () => { const f = document.createElement('iframe');
    f.srcdoc = `<script>new WebSocket('${other.replace('http', 'ws')}/srcdoc')</` + 'script>'; document.body.append(f); },
  () => { const f = document.createElement('iframe'); f.sandbox = 'allow-scripts';
    f.srcdoc = `<script>fetch('${other}/sandboxed', {method: 'POST', mode: 'no-cors'})</` + 'script>'; document.body.append(f); },
  () => { const f = document.createElement('iframe'); f.src = other + '/frame'; document.body.append(f); },
  () => { const w = window.open('/opened'); w.fetch(other + '/window', post); },
  () => { const f = document.createElement('form'); f.method = 'post'; f.action = other + '/form';
    f.target = 'kept'; const i = document.createElement('iframe'); i.name = 'kept'; document.body.append(i, f); f.submit(); },
  () => { const f = document.createElement('form'); f.method = 'post'; f.action = other + '/form-window';
    f.target = '_blank'; document.body.append(f); f.submit(); },
  () => { const a = document.createElement('a'); a.href = '/'; a.ping = other + '/ping'; a.target = '_blank';
    document.body.append(a); a.click(); },
  () => fetchLater(other + '/later', {method: 'POST'}),
];
for (const one of tries) try { Promise.resolve(one()).catch(() => 0); } catch (e) {}
fetch(other + '/read').catch(() => 0);
