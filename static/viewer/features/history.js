/** Undo and redo. */

/** @param {import("../room.js").Room} room */
export function install(room) {
  const { actions, root } = room;
  actions.add({ name: "undo", title: "Undo", keys: ["z", "ctrl+z"], group: "history", isDrawing: true, run: () => room.active.editor?.undo() });
  actions.add({ name: "redo", title: "Redo", keys: ["shift+z", "ctrl+shift+z", "ctrl+y"], group: "history", isDrawing: true, run: () => room.active.editor?.redo() });
  room.watch((seat) => seat.editor, "change", ({ editor, isReadOnly }) => {
    for (const [name, can] of /** @type {const} */ ([["undo", "canUndo"], ["redo", "canRedo"]])) {
      const button = /** @type {HTMLButtonElement | null} */ (root.querySelector(`[data-action="${name}"]`));
      if (button) button.disabled = isReadOnly || !editor?.history[can];
    }
  });
}
