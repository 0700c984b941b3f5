/** The worklist: N opens the next exam. */

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-next-exam]"));

document.addEventListener("keydown", (event) => {
  if (!form || event.key !== "n" || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target instanceof Element && event.target.closest("input, select, textarea")) return; // the key is theirs
  event.preventDefault();
  form.requestSubmit();
});
