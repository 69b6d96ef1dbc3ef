// The calls that everybody makes first, with the npm package as it is; prints one JSON object.
// first_calls.mjs GATEWAY TOKEN SITE
import Firecrawl from "firecrawl";

const [gateway, token, site] = process.argv.slice(2);
const app = new Firecrawl({ apiKey: token, apiUrl: gateway });
const brief = (job) => ({
  status: job.status,
  total: job.total,
  completed: job.completed,
  sources: job.data.map((page) => page.metadata.sourceURL).sort(),
});
const refused = async (call) => {
  try {
    await call();
  } catch (error) {
    return error;
  }
  return {};
};

const told = {};
told.crawl = brief(await app.crawl(`${site}/`, { limit: 3, pollInterval: 1, timeout: 60 }));
const urls = [`${site}/faq.html`, `${site}/no/such/page.html`];
const started = await app.startBatchScrape(urls);
const page = await app.scrape(`${site}/faq.html`, { formats: ["markdown", "html"] });
told.scrape = [page.markdown.slice(0, 2), page.metadata.statusCode, page.html.includes("</h1>")];
const gone = await app.scrape(urls[1]);
told.gone = [gone.metadata.statusCode, gone.markdown];
told.map = (await app.map(`${site}/`, { limit: 3 })).links.length;
told.cancelled = await app.cancelCrawl((await app.startCrawl(`${site}/`, { delay: 3 })).id);
told.batch = brief(await app.batchScrape(urls, { pollInterval: 1 }));
told.errors = (await app.getBatchScrapeErrors(started.id)).errors.map((failed) => [failed.url, failed.code]);
told.format = (await refused(() => app.scrape(`${site}/`, { formats: ["screenshot"] }))).message;
told.pattern = (await refused(() => app.startCrawl(`${site}/`, { includePaths: ["^/(?!guide)"] }))).message;
const wrong = new Firecrawl({ apiKey: "dsp_wrong", apiUrl: gateway });
told.key = (await refused(() => wrong.startCrawl(`${site}/`))).status;
console.log(JSON.stringify(told));
process.exit(0);
