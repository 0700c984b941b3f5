/** Undo and redo; what was done in earlier visits is fetched once the image stands. */

/** @param {import("../room.js").Room} room */
export function install(room) {
  const { actions } = room;
  actions.add({ name: "undo", title: "Undo", keys: ["z", "ctrl+z"], group: "history", isDrawing: true, run: () => room.active.editor?.undo() });
  actions.add({ name: "redo", title: "Redo", keys: ["shift+z", "ctrl+shift+z", "ctrl+y"], group: "history", isDrawing: true, run: () => room.active.editor?.redo() });
  room.watch((seat) => seat.editor, "change", () => showButtons(room));
  room.addEventListener("open", (event) => {
    const { editor, isReadOnly } = /** @type {CustomEvent<import("../seat.js").Seat>} */ (event).detail;
    if (editor && !isReadOnly) whenIdle(() => editor.history.complete().then(() => showButtons(room), () => {})); // undo asks again
  });
}

/** @param {import("../room.js").Room} room */
function showButtons({ root, active: { editor, isReadOnly } }) {
  for (const [name, can] of /** @type {const} */ ([["undo", "canUndo"], ["redo", "canRedo"]])) {
    const button = /** @type {HTMLButtonElement | null} */ (root.querySelector(`[data-action="${name}"]`));
    if (button) button.disabled = isReadOnly || !editor?.history[can];
  }
}

/** @param {() => void} run where the browser has nothing better to do */
function whenIdle(run) {
  if ("requestIdleCallback" in window) requestIdleCallback(run, { timeout: 3_000 });
  else setTimeout(run, 500);
}
