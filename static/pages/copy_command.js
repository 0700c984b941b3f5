/** Commands that copy with one click: a [data-copy] button beside its [data-command]. */

const COPIED_MS = 2000;

/** @param {Element} button */
function copyOnClick(button) {
  button.addEventListener("click", async () => {
    const command = button.parentElement?.querySelector("[data-command]");
    try {
      await navigator.clipboard.writeText(command?.textContent ?? "");
      button.textContent = "Copied";
    } catch {
      // Without https a browser keeps its clipboard closed; then the text is marked, ready for Ctrl-C.
      if (command) getSelection()?.selectAllChildren(command);
      button.textContent = "Marked: copy with Ctrl-C";
    }
    setTimeout(() => (button.textContent = "Copy"), COPIED_MS);
  });
}

document.querySelectorAll("[data-copy]").forEach(copyOnClick);
