/** Moving, zooming, and the panels folded away. */

/** @typedef {import("../seat.js").Bench} Bench */

const PAN_SHARE = 0.25; // of the canvas for each press of an arrow key

/** @param {import("../room.js").Room} room */
export function install(room) {
  const { actions } = room;
  room.addTool({ name: "pan", title: "Move the image, or hold Space", keys: ["h"], icon: "pan", group: "look", isDrawing: false, make: ({ panel }) => panel.input.pan });
  room.addTool({ name: "window", title: "Window, or drag with the right button", keys: ["w"], icon: "window", group: "look", isDrawing: false, make: ({ panel }) => panel.input.window });
  const zoom = (/** @type {number} */ factor) => () => {
    const { panel } = room.active;
    panel.viewport.zoomAt({ x: panel.canvas.width / 2, y: panel.canvas.height / 2 }, factor);
    panel.renderer.request();
  };
  actions.add({ name: "fit", title: "Whole image", keys: ["f"], group: "look", run: () => room.active.panel.fit() });
  actions.add({ name: "one-to-one", title: "One image pixel on one screen pixel", keys: ["r"], group: "look", run: () => room.active.panel.oneToOne() });
  actions.add({ name: "zoom-in", title: "Zoom in", keys: ["+", "="], group: "look", run: zoom(1.25) });
  actions.add({ name: "zoom-out", title: "Zoom out", keys: ["-"], group: "look", run: zoom(0.8) });
  const pan = (/** @type {number} */ right, /** @type {number} */ down) => () => {
    const { panel } = room.active;
    panel.viewport.panBy(-right * PAN_SHARE * panel.canvas.width, -down * PAN_SHARE * panel.canvas.height);
    panel.renderer.request();
  };
  actions.add({ name: "pan-left", title: "Look further left", keys: ["ArrowLeft"], group: "look", run: pan(-1, 0) });
  actions.add({ name: "pan-right", title: "Look further right", keys: ["ArrowRight"], group: "look", run: pan(1, 0) });
  actions.add({ name: "pan-up", title: "Look further up", keys: ["ArrowUp"], group: "look", run: pan(0, -1) });
  actions.add({ name: "pan-down", title: "Look further down", keys: ["ArrowDown"], group: "look", run: pan(0, 1) });
  actions.add({ name: "fold", title: "Fold the panels away", keys: ["\\"], group: "page", run: () => room.root.toggleAttribute("data-folded") });
}
