import fs from 'node:fs';
import path from 'node:path';
import {pages, render} from './dist-ssr/server.js';

const template = fs.readFileSync('dist/index.html', 'utf8').replace(/<script type="module".*?<\/script>/, '');
for (const url of ['/', ...pages.map(page => `/docs/${page.slug}`)]) {
  const file = `dist-server${url === '/' ? '/index' : url}.html`;
  fs.mkdirSync(path.dirname(file), {recursive: true});
  fs.writeFileSync(file, template.replace('<div id="root"></div>', `<div id="root">${render(url)}</div>`));
}
