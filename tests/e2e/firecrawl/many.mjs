// All documents of a crawl by the npm package as it is; prints one JSON object.
//
// many.mjs GATEWAY TOKEN SITE PAGES

import { Firecrawl } from "firecrawl";

const [gateway, token, site, pages] = process.argv.slice(2);
const app = new Firecrawl({ apiKey: token, apiUrl: gateway });
const job = await app.crawl(`${site}/`, { limit: Number(pages), pollInterval: 2, timeout: 400, maxConcurrency: 32 });
const urls = job.data.map((page) => page.metadata.sourceURL);
const size = job.data.reduce((sum, page) => sum + Buffer.byteLength(page.markdown), 0);
console.log(
  JSON.stringify({ status: job.status, completed: job.completed, urls: urls.length, once: new Set(urls).size, size }),
);
