// What the npm package says of jobs in every state, and of one job too many; prints one JSON object.
// states.mjs GATEWAY TOKEN SITE JOB...
import Firecrawl from "firecrawl";

const [gateway, token, site, ...jobs] = process.argv.slice(2);
const app = new Firecrawl({ apiKey: token, apiUrl: gateway });
const told = { statuses: [], refused: [] };
for (const job of jobs) told.statuses.push((await app.getCrawlStatus(job)).status);
for (let started = 0; started < 30 && !told.refused.length; started++) {
  try {
    await app.startCrawl(`${site}/`, { delay: 3 });
  } catch (error) {
    told.refused = [error.name, error.status, error.message];
  }
}
console.log(JSON.stringify(told));
process.exit(0);
