// What a person does with the npm package as it is; prints one JSON object.
// client.mjs GATEWAY TOKEN SITE
import Firecrawl from "firecrawl";

const [gateway, token, site] = process.argv.slice(2);
const app = new Firecrawl({ apiKey: token, apiUrl: gateway });
const told = {};
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
    return [error.status, error.message];
  }
  return [0, ""];
};
const watched = async (id, kind = "crawl") => {
  const watcher = app.watcher(id, { kind, pollInterval: 1, timeout: 60 });
  const documents = [];
  let last = {};
  let failure = "";
  watcher.on("document", (page) => documents.push(page.metadata.sourceURL));
  watcher.on("done", (state) => (last = state));
  watcher.on("error", (error) => (failure = error.error));
  await watcher.start();
  watcher.close();
  return { documents: documents.sort(), status: last.status, error: failure };
};

const options = { limit: 50, pollInterval: 1, timeout: 60 };
told.crawl = brief(await app.crawl(`${site}/`, options));
const page = await app.scrape(`${site}/getting-started/`, { formats: ["markdown", "links"] });
told.scrape = [page.markdown.slice(0, 2), page.metadata.statusCode];
const urls = [`${site}/faq.html`, `${site}/no/such/page.html`, `${site}/changelog.html`];
told.batch = brief(await app.batchScrape(urls, { options: { formats: ["markdown"] }, pollInterval: 1 }));
told.map = (await app.map(`${site}/`, { limit: 100 })).links.map((link) => link.url);
told.search = (await app.search("units", { limit: 3 })).web.map((found) => found.url);
const whole = await app.search("units", { limit: 1, scrapeOptions: { formats: ["markdown"] } });
told.searchMarkdown = whole.web[0].markdown.slice(0, 2);
const slow = await app.startCrawl(`${site}/`, { limit: 500, delay: 3 });
told.active = (await app.getActiveCrawls()).crawls.some((crawl) => crawl.id === slow.id);
told.cancelled = await app.cancelCrawl(slow.id);
told.after = (await app.getCrawlStatus(slow.id)).status;
const batch = await app.startBatchScrape(urls.slice(1));
while ((await app.getBatchScrapeStatus(batch.id)).status === "scraping") {
  await new Promise((done) => setTimeout(done, 200)); // as its own loop does
}
told.errors = (await app.getBatchScrapeErrors(batch.id)).errors.map((failed) => failed.url);
const crawl = await app.startCrawl(`${site}/`, { limit: 50 });
told.watched = await watched(crawl.id);
told.watchedLate = await watched(crawl.id);
told.watchedMissing = await watched("0".repeat(24));
const wrong = new Firecrawl({ apiKey: "dsp_wrong", apiUrl: gateway });
told.refused = {
  format: await refused(() => app.scrape(`${site}/`, { formats: ["screenshot"] })),
  key: await refused(() => wrong.startCrawl(`${site}/`)),
  missing: await refused(() => app.getCrawlStatus("0".repeat(24))),
};
console.log(JSON.stringify(told));
process.exit(0);
