const topics = ["Valve","Pump","Pipe","Gauge","Filter","Tank","Meter","Sensor","Relay","Motor","Panel","Alarm"];
export const pages = topics.map((name, i) => {
  const slug = name.toLowerCase(), next = topics[(i + 1) % topics.length].toLowerCase();
  return {slug, title: name, blocks: [
    {p: `The ${slug} stands at place ${i + 1} of the line, and is looked after by whoever built it. It is made of ${["brass","steel","copper"][i % 3]} and weighs ${i + 3} kilograms.`},
    {h: "Install"}, {p: `Before you install the ${slug}, close the line and wait until the pressure has gone.`},
    {code: `npm install @line/${slug}\nline add ${slug} --place ${i + 1}\n`, lang: "bash"},
    {list: [`Take the ${slug} out of its box`, `Hold it against the mark`, `Turn the screw ${i + 2} times`]},
    {h: "Settings"}, {table: [["Name","Type","Default"],[`${slug}.size`,"number",`${i * 4}`],[`${slug}.name`,"string",`"${slug}"`]]},
    {h: "Next"}, {p: `When the ${slug} runs, go on with the `, link: next, tail: `.`},
  ]};
});
