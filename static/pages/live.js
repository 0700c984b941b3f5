/** A part of a page that changes by itself: [data-live="going"] is fetched again until it says another word. */

const EVERY_MS = 1500;

async function fetchAgain() {
  const part = document.querySelector('[data-live="going"]');
  if (!part) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const newer = page.querySelector("[data-live]");
    // What has the focus, a button to cancel, must not be taken away under the finger.
    if (answer.ok && newer && !part.contains(document.activeElement)) part.replaceWith(document.adoptNode(newer));
  } catch {
    // The server does not answer; the next time it may.
  }
  setTimeout(fetchAgain, EVERY_MS);
}

setTimeout(fetchAgain, EVERY_MS);
