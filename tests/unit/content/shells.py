"""Pages that exist only in a browser, and short pages that are all there is, as generators and people write them.

Each shell is what a server sends when nothing is rendered on the server; each short page is whole as it is.
"""

from __future__ import annotations


def page(head: str, body: str, attributes: str = 'lang="en"') -> str:
    """An HTML page."""
    return f'<!DOCTYPE html><html {attributes}><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'


_VIEW = '<meta name="viewport" content="width=device-width,initial-scale=1">'
_NO_SCRIPT = "<noscript>You need to enable JavaScript to run this app.</noscript>"
_SPINNER = '<div class="loader"><div class="spinner"></div><p>Loading…</p></div>'
_MODULE = '<script type="module" crossorigin src="/assets/index-D4f1.js"></script>'

SHELLS: dict[str, str] = {
    "create-react-app": page(
        f'{_VIEW}<link rel="icon" href="/favicon.ico"><title>React App</title><script defer="defer" src="/static/js/main.4f.js">'
        '</script><link href="/static/css/main.css" rel="stylesheet">',
        f'{_NO_SCRIPT}<div id="root"></div>',
    ),
    "vite react": page(f"{_VIEW}<title>Vite + React</title>{_MODULE}", '<div id="root"></div>'),
    "vite with another mount": page(f"<title>Docs</title>{_MODULE}", '<div id="docs-root"></div>'),
    "vue-cli": page(
        "<title>docs</title>",
        "<noscript><strong>We're sorry but docs doesn't work properly without JavaScript enabled. Please enable it to "
        'continue.</strong></noscript><div id="app"></div><script src="/js/chunk-vendors.js"></script><script src="/js/app.js">'
        "</script>",
    ),
    "vite vue": page(f"<title>Vite App</title>{_MODULE}", '<div id="app"></div>'),
    "vitepress without its build": page(
        f"<title>VitePress</title>{_MODULE}", '<div id="app"></div><script>window.__VP_HASH_MAP__={}</script>'
    ),
    "vuepress in development": page(
        "<title></title>", '<div id="app"></div><script src="/assets/js/app.js"></script>'
    ),
    "angular": page(
        '<title>Docs</title><base href="/"><link rel="stylesheet" href="styles.css">',
        '<app-root></app-root><script src="runtime.js" type="module"></script><script src="main.js" type="module"></script>',
    ),
    "angular with a named root": page(
        '<title>Handbook</title><base href="/">',
        '<acme-shell></acme-shell><script src="polyfills.js" type="module"></script><script src="main.js" type="module">'
        "</script>",
    ),
    "angular with a loader": page(
        '<title>Docs</title><base href="/">',
        f"<app-root>{_SPINNER}</app-root><noscript>Please enable JavaScript to continue using this application.</noscript>"
        '<script src="main.js" type="module"></script>',
    ),
    "angularjs": page(
        '<title ng-bind="title">Docs</title><script src="angular.min.js"></script>',
        '<div ng-view></div><script src="app.js"></script>',
        'lang="en" ng-app="docs"',
    ),
    "angularjs with templates": page(
        "<title>Docs</title>",
        '<div ng-app="docs" ng-controller="Main"><h1>{{ page.title }}</h1><div ng-include="page.url">{{ page.body }}</div></div>'
        '<script src="app.js"></script>',
    ),
    "svelte": page(
        '<title>Svelte app</title><script defer src="/build/bundle.js"></script>', "", 'lang="en"'
    ),
    "sveltekit in spa mode": page(
        '<link rel="modulepreload" href="/_app/immutable/entry/start.js">',
        '<div style="display: contents"><script>{ __sveltekit_1 = { base: "" }; Promise.all([import("/_app/immutable/entry/start.js")'
        ".then(([kit]) => kit.start())]); }</script></div>",
    ),
    "docusaurus without its build": page(
        '<title>My Site</title><script defer src="/runtime~main.js"></script><script defer src="/main.js"></script>',
        '<div id="__docusaurus"></div>',
    ),
    "docusaurus that failed to load": page(
        '<title>Site</title><script src="/assets/js/main.js" defer></script>',
        '<div id="__docusaurus"><div id="__docusaurus-base-url-issue-banner-container"></div></div>',
    ),
    "gatsby": page(
        '<meta name="generator" content="Gatsby 5.13"><title>Docs</title>',
        '<div id="___gatsby"><div style="outline:none" tabindex="-1" id="gatsby-focus-wrapper"></div></div>'
        '<script src="/webpack-runtime.js" async></script><script src="/app.js" async></script>',
    ),
    "next that exports on the client": page(
        '<meta name="next-head-count" content="2"><script src="/_next/static/chunks/main.js" defer></script>',
        '<div id="__next"></div><script id="__NEXT_DATA__" type="application/json">{"props":{"pageProps":{}},"page":"/",'
        '"query":{},"nextExport":true}</script>',
    ),
    "next app router, bailed out": page(
        '<title>Docs</title><script src="/_next/static/chunks/webpack.js" async></script>',
        '<template data-dgst="BAILOUT_TO_CLIENT_SIDE_RENDERING"></template><script>self.__next_f.push([1,"0:I[1,[],\\"\\"]"])'
        "</script>",
    ),
    "next with a loading page": page(
        '<script src="/_next/static/chunks/main.js" defer></script>',
        f'<div id="__next">{_SPINNER}</div><script id="__NEXT_DATA__" type="application/json">{{"props":{{}}}}</script>',
    ),
    "nuxt": page(
        '<script type="module" src="/_nuxt/entry.js" crossorigin></script>',
        '<div id="__nuxt"></div><div id="teleports"></div><script>window.__NUXT__={};window.__NUXT__.config={public:{}}'
        "</script>",
    ),
    "nuxt with its loading template": page(
        "<title>Nuxt</title>",
        '<div id="__nuxt"><div class="nuxt-loader"><h1>Loading</h1></div></div><script type="module" src="/_nuxt/entry.js">'
        "</script>",
    ),
    "remix in spa mode": page(
        '<link rel="modulepreload" href="/assets/entry.client.js">',
        '<p>Loading...</p><script>window.__remixContext = {"isSpaMode":true};</script><script type="module" async>import '
        '"/assets/manifest.js"; import("/assets/entry.client.js");</script>',
    ),
    "solid": page(f"<title>Solid App</title>{_MODULE}", f'{_NO_SCRIPT}<div id="root"></div>'),
    "lit, with a heading in its slot": page(
        f"<title>Vite + Lit</title>{_MODULE}", "<my-element><h1>Get started</h1></my-element>"
    ),
    "ember": page(
        '<title>Docs</title><meta name="docs/config/environment" content="%7B%22modulePrefix%22%3A%22docs%22%7D">',
        '<script src="/assets/vendor.js"></script><script src="/assets/docs.js"></script><div id="ember-basic-dropdown-wormhole">'
        "</div>",
    ),
    "flutter": page(
        '<base href="/"><title>docs</title><script src="flutter_bootstrap.js" async></script>', ""
    ),
    "elm": page(
        "<title>Main</title>",
        '<script src="/elm.js"></script><script>var app = Elm.Main.init({node: document.getElementById("elm")})</script>'
        '<pre id="elm"></pre>',
    ),
    "blazor": page(
        '<title>Docs</title><base href="/">',
        '<div id="app"><svg class="loading-progress"><circle r="40%"/></svg><div class="loading-progress-text"></div></div>'
        '<div id="blazor-error-ui">An unhandled error has occurred. <a href="" class="reload">Reload</a><a class="dismiss">🗙</a>'
        '</div><script src="_framework/blazor.webassembly.js"></script>',
    ),
    "storybook": page(
        '<title>Storybook</title><link rel="preload" href="./sb-manager/runtime.js" as="script">',
        '<div id="root"></div><script type="module">import "./sb-manager/globals-runtime.js";</script>',
    ),
    "storybook's preview": page(
        "<title>Storybook</title><base target=_parent>",
        '<div class="sb-preparing-story sb-wrapper"><div class="sb-loader"></div></div><div class="sb-nopreview sb-wrapper">'
        '<div class="sb-nopreview_main"><h1 class="sb-nopreview_heading sb-heading">No Preview</h1><p>Sorry, but you either have '
        "no stories or none are selected somehow.</p><ul><li>Please check the Storybook config.</li><li>Try reloading the page."
        '</li></ul></div></div><div id="storybook-root" hidden="true"></div><div id="storybook-docs" hidden="true"></div>'
        '<script type="module" src="./sb-preview/runtime.js"></script>',
    ),
    "docsify": page(
        "<title>Document</title>",
        '<div id="app">Please wait...</div><script>window.$docsify = {name: "", repo: ""}</script>'
        '<script src="//cdn.jsdelivr.net/npm/docsify@4"></script>',
    ),
    "docute": page(
        "<title>Docs</title>",
        '<div id="docute"></div><script src="https://unpkg.com/docute@4/dist/docute.js"></script><script>new Docute({target: '
        "'#docute'})</script>",
    ),
    "swagger-ui": page(
        '<title>Swagger UI</title><link rel="stylesheet" href="./swagger-ui.css">',
        '<div id="swagger-ui"></div><script src="./swagger-ui-bundle.js"></script><script src="./swagger-initializer.js"></script>',
    ),
    "redoc": page(
        "<title>API</title>",
        '<redoc spec-url="openapi.yaml"></redoc><script src="https://cdn.redoc.ly/redoc/latest/bundles/redoc.standalone.js">'
        "</script>",
    ),
    "elements": page(
        '<title>Elements</title><script src="https://unpkg.com/@stoplight/elements/web-components.min.js"></script>',
        '<elements-api apiDescriptionUrl="/openapi.yaml" router="hash" layout="sidebar"></elements-api>',
    ),
    "stoplight's platform": page(
        '<title>Docs</title><script src="/static/main.js" defer></script>',
        '<div id="mosaic-provider"></div><elements-dev-portal project-id="x"></elements-dev-portal>',
    ),
    "rapidoc": page(
        '<script type="module" src="https://unpkg.com/rapidoc/dist/rapidoc-min.js"></script>',
        '<rapi-doc spec-url="/openapi.json" theme="dark"><img slot="logo" src="/l.png"></rapi-doc>',
    ),
    "scalar": page(
        "<title>API Reference</title>",
        '<div id="app"></div><script src="https://cdn.jsdelivr.net/npm/@scalar/api-reference"></script><script>'
        "Scalar.createApiReference('#app', {url: '/openapi.json'})</script>",
    ),
    "readme's hub": page(
        '<title>Docs</title><script src="/hub.js" defer></script>',
        '<div id="hub-me"></div><div id="ssr-top"></div><div id="ssr-main"></div><div id="ssr-bottom"></div>',
    ),
    "gitbook's old editor": page(
        '<title>Docs</title><script src="/public/js/app.js" async></script>',
        '<div class="gitbook-root"></div>' + _NO_SCRIPT,
    ),
    "apple's docc": page(
        '<title>Documentation</title><script>var baseUrl = "/"</script><script defer src="/js/index.js"></script>',
        "<noscript>This page requires JavaScript. Please turn on JavaScript in your browser and refresh the page to view its "
        'content.</noscript><div id="app"></div>',
    ),
    "a header and a footer from the server": page(
        f"<title>Portal</title>{_MODULE}",
        '<header><a href="/">Portal</a><nav><a href="/docs">Docs</a><a href="/api">API</a></nav></header><main id="root"></main>'
        "<footer>© 2026 Portal</footer>",
    ),
    "a skeleton": page(
        f"<title>Docs</title>{_MODULE}",
        '<div id="root"><div class="skeleton">' + '<div class="skeleton-line"></div>' * 60 + "</div></div>",
    ),
    "a loading word": page(f"<title>Docs</title>{_MODULE}", '<div id="root">Loading, please wait…</div>'),
    "an app that asks for a browser": page(
        "<title>Docs</title>",
        '<div id="content"></div><noscript>Please activate JavaScript.</noscript><script src="/app.js"></script>',
    ),
}


def article(title: str, text: str, head: str = "", around: str = "") -> str:
    """A page of a static site."""
    return page(f"<title>{title}</title>{head}", f"{around}<main><h1>{title}</h1>{text}</main>")


_ANALYTICS = '<script async src="https://www.example.com/gtag/js?id=G-1"></script><script>window.dataLayer=[];function gtag(){}</script>'
_THEME = '<script src="/theme.js"></script><script src="/search.js" defer></script>'
_NAV = '<nav><ul><li><a href="/">Home</a></li><li><a href="/guide/">Guide</a></li><li><a href="/api/">API</a></li></ul></nav>'

SHORT_PAGES: dict[str, str] = {
    "one line of a changelog": article("1.2.1", "<ul><li>Fix a typo.</li></ul>", _ANALYTICS),
    "a changelog with nothing": article("0.9.2", "<p>No user-visible changes.</p>", _THEME),
    "a soft 404": article("Page not found", "<p>We could not find it.</p>", _ANALYTICS),
    "a stub": article("Clustering", "<p>Coming soon.</p>", _THEME, _NAV),
    "to be written": article("Backups", "<p>TODO: to be written.</p>", _ANALYTICS),
    "an index": article(
        "Guides", '<ul><li><a href="a.html">Install</a></li><li><a href="b.html">Use</a></li></ul>', _THEME
    ),
    "an index of one": article("API", '<p><a href="client.html">client</a></p>', _ANALYTICS),
    "a function": article("valve.open", "<pre><code>open(name: str) -&gt; Valve</code></pre>", _THEME),
    "a constant": article("MAX_SIZE", "<p>Value: <code>4096</code></p>", _ANALYTICS),
    "a type": article("type ID", "<pre>type ID = string</pre>", _THEME),
    "a deprecated function": article("close()", "<p>Deprecated: use <code>stop()</code>.</p>", _ANALYTICS),
    "javadoc's constants": article(
        "Constant Field Values", "<p>None.</p>", '<script src="../script.js"></script>'
    ),
    "javadoc's deprecated list": article(
        "Deprecated API", "<h2>Contents</h2>", '<script src="script.js"></script>'
    ),
    "a package": article("package io", "<p>Basic interfaces to I/O.</p>", _THEME),
    "an empty module": article("module internal", "<p>No public members.</p>", _ANALYTICS),
    "sphinx's index": article(
        "Index", "<p><a href='#A'>A</a></p>", '<script src="_static/doctools.js"></script>'
    ),
    "sphinx's search": page(
        '<title>Search</title><script src="_static/searchtools.js"></script>',
        '<div role="main"><h1>Search</h1><noscript><p>Please activate JavaScript to enable the search functionality.</p>'
        '</noscript><p>Searching for multiple words only shows matches that contain all words.</p><form><input name="q"></form>'
        "</div>",
    ),
    "a page with a note that scripts help": article(
        "Colours", "<p>Red, green and blue.</p>", _THEME, "<noscript>The search needs JavaScript.</noscript>"
    ),
    "mkdocs, about loading": page(
        '<meta name="generator" content="mkdocs-1.6"><title>Loading</title><script src="js/base.js"></script>',
        '<div class="navbar"><a href="/">Site</a></div><div class="container"><div class="col-md-9" role="main"><h1 '
        'id="loading">Loading</h1><p>Loading is lazy.</p></div></div>',
    ),
    "a custom element around a short page": page(
        f"<title>Valve</title>{_MODULE}", "<docs-page><main><h1>Valve</h1><p>It opens.</p></main></docs-page>"
    ),
    "mkdocs, one sentence": page(
        '<meta name="generator" content="mkdocs-1.6"><title>About</title><script src="assets/bundle.js"></script>',
        '<div data-md-component="container"><article class="md-content__inner"><h1>About</h1><p>Written by us.</p></article></div>',
    ),
    "docusaurus, one sentence": page(
        '<meta name="generator" content="Docusaurus v3"><title>License</title><script src="/assets/js/main.js" defer></script>',
        '<div id="__docusaurus"><nav class="navbar"><a href="/">Site</a></nav><main><article><div class="theme-doc-markdown '
        'markdown"><h1>License</h1><p>MIT.</p></div></article></main></div>',
    ),
    "vitepress, one sentence": page(
        f'<meta name="generator" content="VitePress v1"><title>Team</title>{_MODULE}',
        '<div id="app"><div class="VPContent"><main class="main"><div class="vp-doc"><h1 id="team">Team</h1><p>Ann and Bo.</p>'
        "</div></main></div></div>",
    ),
    "next, one sentence": page(
        '<title>Status</title><script src="/_next/static/chunks/main.js" defer></script>',
        '<div id="__next"><main><h1>Status</h1><p>All is well.</p></main></div><script id="__NEXT_DATA__" type="application/json">'
        '{"props":{}}</script>',
    ),
    "nuxt, one sentence": page(
        '<title>Support</title><script type="module" src="/_nuxt/entry.js"></script>',
        '<div id="__nuxt"><main><h1>Support</h1><p>Write to us.</p></main></div>',
    ),
    "gatsby, one sentence": page(
        "<title>Credits</title>",
        '<div id="___gatsby"><main><h1>Credits</h1><p>Icons by Ann.</p></main></div><script src="/app.js" async></script>',
    ),
    "angular, rendered on the server": page(
        "<title>Glossary</title>",
        '<app-root ng-version="18.0.0"><main><h1>Glossary</h1><p>Valve: it opens.</p></main></app-root>'
        '<script src="main.js" type="module"></script>',
    ),
    "astro, one sentence": page(
        f'<meta name="generator" content="Astro v5"><title>Contact</title>{_MODULE}',
        "<main><h1>Contact</h1><p>Open an issue.</p><astro-island></astro-island></main>",
    ),
    "hugo, a section": article("Tutorials", "<p>Start here.</p>", _ANALYTICS, _NAV),
    "jekyll, a post": article("Hello", "<p>First post.</p>", _THEME),
    "a licence": article("License", "<p>Public domain.</p>", _ANALYTICS),
    "a version": article("Version", "<p>2.0.1</p>", _THEME),
    "a download": article("Download", '<p><a href="/x.tar.gz">x-1.0.tar.gz</a> (3 MB)</p>', _ANALYTICS),
    "a picture": article("Architecture", '<p><img src="a.png" alt="Three boxes and two arrows"></p>', _THEME),
    "a video": article(
        "Demo", '<iframe src="https://player.example/1" title="Demo of the valve"></iframe>', _ANALYTICS
    ),
    "a table of one row": article("Limits", "<table><tr><th>Size</th><td>4 MB</td></tr></table>", _THEME),
    "an answer": article("Is it free?", "<p>Yes.</p>", _ANALYTICS),
    "without headings": page(
        f"<title>Note</title>{_ANALYTICS}", "<p>This page is left blank on purpose.</p>"
    ),
    "no paragraphs": page(f"<title>Old</title>{_THEME}", "See the new manual for all of this."),
    "chinese": article("简介", "<p>本页说明如何安装。</p>", _ANALYTICS, ""),
    "a moved page": article("Moved", "<p>This page has moved to the handbook.</p>", _THEME),
    "an empty release": article("v3.0.0-rc.1", "<p>Release candidate.</p>", _ANALYTICS),
    "a code alone": page(
        f"<title>x.py</title>{_THEME}", "<pre><code>import valve\nvalve.open()\n</code></pre>"
    ),
    "a frame of buttons": article("Run", '<button class="copy">Copy</button><p>Press Run.</p>', _THEME),
    # Nothing to read, and nothing that a browser would add.
    "blank": page("<title>Blank</title>", ""),
    "blank with a counter": page(f"<title>Blank</title>{_ANALYTICS}", "<div class=page></div>"),
    "a menu and no text, static": page(
        f"<title>Draft</title>{_ANALYTICS}", f"{_NAV}<main><article></article></main><footer>© 2026</footer>"
    ),
    "a redirect": page(
        '<title>Redirecting…</title><meta http-equiv="refresh" content="0; url=/new/"><link rel="canonical" href="/new/">',
        '<a href="/new/">Click here</a><script>location.href = "/new/"</script>',
    ),
}
