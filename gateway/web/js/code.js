// Code blocks get a button that copies them.

import { toClipboard } from "./clipboard.js";

// The fragment, with a button in each of its code blocks.
export function copyable(fragment) {
  for (const block of fragment.querySelectorAll("pre")) {
    const text = block.textContent;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "copy-code", textContent: "Copy" });
    button.setAttribute("aria-label", "Copy code");
    button.addEventListener("click", () => toClipboard(text).then(() => { button.textContent = "Copied"; }).catch((error) => { button.textContent = error.message; }));
    const frame = Object.assign(document.createElement("div"), { className: "code-block" });
    block.replaceWith(frame);
    frame.append(block, button);
  }
  return fragment;
}
