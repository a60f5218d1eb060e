/**
 * The script behind the copy button, served as a file of its own because the pages' policy allows no inline script.
 * The button appears only if the script runs. Over plain HTTP there is no clipboard API: then the value is selected and
 * copied the old way.
 */
export const copyScript = `"use strict";
const button = document.getElementById("copy");
const secret = document.getElementById("secret");
const status = document.getElementById("copied");
if (button && secret && status) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    let copied = false;
    try {
      await navigator.clipboard.writeText(secret.textContent);
      copied = true;
    } catch {
      const range = document.createRange();
      range.selectNodeContents(secret);
      const selection = getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      copied = document.execCommand("copy");
    }
    status.textContent = copied ? "Copied" : "Press Ctrl+C or ⌘C to copy";
  });
}
`;
