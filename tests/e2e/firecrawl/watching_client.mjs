// What the npm package tells of a crawl that it watches while its gateway dies. Prints `watching` when it does,
// and one JSON object at the end.
// watching_client.mjs GATEWAY TOKEN SITE
import Firecrawl from "firecrawl";

const [gateway, token, site] = process.argv.slice(2);
const app = new Firecrawl({ apiKey: token, apiUrl: gateway });
const job = await app.startCrawl(`${site}/`, { limit: 12, delay: 1, maxConcurrency: 1 });
const told = { documents: [], errors: [] };
let watching = false;

// One watcher's last word. A connection that breaks off is an error to it, and it does not come back.
const watched = () =>
  new Promise((over) => {
    const watcher = app.watcher(job.id, { kind: "crawl", pollInterval: 1, timeout: 120 });
    watcher.on("document", (page) => {
      told.documents.push(page.metadata.sourceURL);
      if (!watching) console.log("watching");
      watching = true;
    });
    watcher.on("done", over);
    watcher.on("error", (error) => {
      told.errors.push(error.error);
      over({ status: "" });
    });
    watcher.start();
  });

const back = async () => {
  for (let asked = 0; asked < 120; asked++) {
    try {
      return await app.getCrawlStatus(job.id);
    } catch {
      await new Promise((done) => setTimeout(done, 500)); // the gateway is being started again
    }
  }
};

let last = await watched();
if (!last.status) {
  await back();
  last = await watched();
}
told.status = last.status;
told.documents = [...new Set(told.documents)].sort();
told.whole = (await app.getCrawlStatus(job.id)).data.map((page) => page.metadata.sourceURL).sort();
console.log(JSON.stringify(told));
process.exit(0);
