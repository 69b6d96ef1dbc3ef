// A call of the interface as a person would write it: curl, Python, JavaScript. Pure.

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

// An address with its placeholders named as shells and people do: /jobs/JOB_ID
export const filled = (path) => path.replace(/\{(\w+)\}/g, (_, name) => name.toUpperCase());

// `call` is {method, path, body, accept}: `body` an object or null, `accept` a media type or "".
export function examples(call, origin, key) {
  const url = origin + filled(call.path), token = key || "KEY", stream = call.accept === "text/event-stream";
  return { curl: curl(call, url, token, stream), Python: python(call, url, token, stream), JavaScript: javascript(call, url, token, stream) };
}

function curl({ method, body }, url, token, stream) {
  const parts = [`curl${stream ? " -N" : ""}${method === "get" ? "" : ` -X ${method.toUpperCase()}`} -H ${quoted(`Authorization: Bearer ${token}`)}`];
  if (body) parts.push(`-H 'Content-Type: application/json' -d ${quoted(JSON.stringify(body))}`);
  return [...parts, quoted(url)].join(" \\\n  ");
}

function python({ method, body }, url, token, stream) {
  const given = [`"${url}"`, `headers={"Authorization": "Bearer ${token}"}`];
  if (body) given.push(`json=${pythonOf(body)}`);
  if (stream) given.push("stream=True");
  const result = stream ? "for line in answer.iter_lines():\n    print(line.decode())" : "print(answer.text)";
  return `import requests\n\nanswer = requests.${method}(\n    ${given.join(",\n    ")},\n)\nanswer.raise_for_status()\n${result}`;
}

const pythonOf = (value) => JSON.stringify(value).replace(/\btrue\b/g, "True").replace(/\bfalse\b/g, "False").replace(/\bnull\b/g, "None");

function javascript({ method, body }, url, token, stream) {
  const options = [`headers: { Authorization: "Bearer ${token}"${body ? ', "Content-Type": "application/json"' : ""} }`];
  if (method !== "get") options.unshift(`method: "${method.toUpperCase()}"`);
  if (body) options.push(`body: JSON.stringify(${JSON.stringify(body)})`);
  const result = stream ? "for await (const part of answer.body.pipeThrough(new TextDecoderStream())) console.log(part);" : "console.log(await answer.text());";
  return `const answer = await fetch("${url}", {\n  ${options.join(",\n  ")},\n});\n${result}`;
}

// A body that the schema's own examples and required fields make; `resolve` follows references.
export function exampleBody(schema, resolve) {
  const body = {};
  for (const [name, value] of Object.entries(schema.properties || {})) {
    const row = resolve(value);
    if (row.examples?.length) body[name] = row.examples[0];
    else if (schema.required?.includes(name)) body[name] = row.type === "string" ? "…" : row.default ?? 1;
  }
  return body;
}
