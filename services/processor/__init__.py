"""The processor: parses HTML, makes Markdown, records pages. It fetches nothing and streams to nobody."""
