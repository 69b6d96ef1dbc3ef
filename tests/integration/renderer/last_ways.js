// What a page tries on OTHER, another origin, by ways that a browser takes beside a page's own requests, or as the
// page ends.
const other = 'OTHER', socket = other.replace('http', 'ws');
const source = (text) => URL.createObjectURL(new Blob([text], {type: 'text/javascript'}));
const markup = (text) => URL.createObjectURL(new Blob([text], {type: 'text/html'}));
const inside = (name) => `<script>new WebSocket('${socket}/${name}-socket'); new WebTransport('${other}/${name}-transport');` +
  `fetch('${other}/${name}', {method: 'POST', mode: 'no-cors', body: 'x'})</` + 'script>';
const add = (tag, more) => document.body.append(Object.assign(document.createElement(tag), more));
const request = (url) => new PaymentRequest([{supportedMethods: url}], {total: {label: 'x', amount: {currency: 'EUR', value: '1'}}});
const tries = [
  () => new WebTransport(other + '/transport'),
  () => new Worker(source(`new WebTransport('${other}/worker-transport'); new EventSource('${other}/worker-events')`)),
  () => new EventSource(other + '/events'),
  () => add('iframe', {src: markup(inside('blob'))}),
  () => add('iframe', {src: 'data:text/html,' + encodeURIComponent(inside('data'))}),
  () => add('iframe', {src: `javascript:${JSON.stringify(inside('script-url'))}`}),
  () => add('object', {data: markup(inside('object'))}),
  () => add('embed', {src: markup(inside('embed')), type: 'text/html'}),
  () => { const d = document.createElement('iframe'); document.body.append(d); d.contentDocument.open();
    d.contentDocument.write(inside('written')); d.contentDocument.close(); },
  () => add('script', {type: 'speculationrules', textContent: JSON.stringify({
    prefetch: [{urls: [other + '/speculated', '/speculated'], eagerness: 'immediate'}],
    prerender: [{urls: ['/prerendered'], eagerness: 'immediate'}]})}),
  () => { for (const rel of ['preconnect', 'dns-prefetch', 'prefetch', 'prerender', 'compression-dictionary', 'next'])
    document.head.append(Object.assign(document.createElement('link'), {rel, href: other + '/' + rel})); },
  () => navigator.credentials.get({identity: {providers: [{configURL: other + '/fedcm.json', clientId: 'x'}]}}),
  () => navigator.credentials.create({publicKey: {challenge: new Uint8Array(9), rp: {name: 'x'}, pubKeyCredParams: [],
    user: {id: new Uint8Array(9), name: 'x', displayName: 'x'}}}),
  () => request(other + '/pay').canMakePayment(),
  () => request(other + '/pay-shown').show(),
  () => navigator.serviceWorker.ready.then((one) => one.backgroundFetch.fetch('x', [other + '/background'])),
  () => navigator.serviceWorker.ready.then((one) => one.sync.register('x')),
  () => navigator.usb.requestDevice({filters: []}),
  () => navigator.bluetooth.requestDevice({acceptAllDevices: true}),
  () => new TCPSocket('127.0.0.1', 9),
  () => CSS.paintWorklet.addModule(other + '/worklet.js', {credentials: 'include'}),
  () => navigator.joinAdInterestGroup({owner: other, name: 'x', biddingLogicURL: other + '/bid.js', updateURL: other + '/update'}, 99),
  () => navigator.runAdAuction({seller: other, decisionLogicURL: other + '/decide.js', interestGroupBuyers: [other]}),
  () => sharedStorage.createWorklet(other + '/storage.js'),
  () => document.browsingTopics(),
  () => { const a = document.createElement('a'); a.setAttribute('attributionsrc', other + '/attribution'); a.href = '#x';
    document.body.append(a); a.click(); },
  () => fetch('/read-own', {attributionReporting: {eventSourceEligible: true, triggerEligible: false}}),
  () => new Notification('x', {icon: other + '/icon', image: other + '/image'}),
  () => navigator.registerProtocolHandler('web+x', '/?%s'),
  () => add('a', {href: markup('<p>x'), download: 'x'}) || document.querySelector('a[download]').click(),
  () => { location.href = 'view-source:' + other + '/source'; },
  () => new PresentationRequest(other + '/present').start(),
  () => new ReportingObserver(() => 0).observe(),
  () => fetchLater(other + '/later', {method: 'POST', activateAfter: 0}),
];
for (const one of tries) try { Promise.resolve(one()).catch(() => 0); } catch (e) {}
for (const name of ['pagehide', 'unload', 'beforeunload', 'visibilitychange', 'freeze']) addEventListener(name, () => {
  navigator.sendBeacon(other + '/beacon-' + name, 'x');
  fetch(other + '/keepalive-' + name, {method: 'POST', mode: 'no-cors', keepalive: true, body: 'x'});
});
add('img', {src: other + '/refused-by-policy'});
