/** The panels of the right rail: which ones are folded is remembered in this browser. */

const KEY = "tramline.folded";

/** @param {import("../room.js").Room} room */
export function install(room) {
  const panels = /** @type {NodeListOf<HTMLDetailsElement>} */ (room.root.querySelectorAll(".viewer-rail > details"));
  const remembered = read();
  for (const panel of panels) {
    const name = panel.dataset.fold ?? Object.keys(panel.dataset)[0];
    if (name in remembered) panel.open = remembered[name];
    panel.addEventListener("toggle", () => {
      remembered[name] = panel.open;
      write(remembered);
    });
  }
}

/** @returns {Record<string, boolean>} panel to open */
function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    return {}; // a browser that keeps nothing, or something foreign under our name
  }
}

/** @param {Record<string, boolean>} panels */
function write(panels) {
  try {
    localStorage.setItem(KEY, JSON.stringify(panels));
  } catch {
    // Then it is not remembered.
  }
}
