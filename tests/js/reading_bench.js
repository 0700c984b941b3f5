/** A reading in a page without a canvas. */

import { Journal, MemoryStore } from "../../static/viewer/journal.js";
import { LabelPlanes } from "../../static/viewer/label_planes.js";
import { Reading } from "../../static/viewer/reading.js";
import { Server } from "./saving_bench.js";

const page = new EventTarget();
for (const [name, value] of Object.entries({ window: page, document: page, navigator: {} })) {
  Object.defineProperty(globalThis, name, { value, configurable: true });
}

/** A panel without a canvas. */
export const makePanel = () => ({
  planes: new LabelPlanes(64, 64),
  viewport: { view: { scale: 2 } },
  windowing: { center: 2048, width: 1200 },
  renderer: { requestLabels() {} },
  input: { cancel() {}, tool: { putAway() {} } },
});

export async function openReading({ server = new Server(), journal = new Journal(new MemoryStore()), isReadOnly = false } = {}) {
  const reading = new Reading(makePanel(), server.annotation(), { server, journal: async () => journal });
  const notices = [];
  reading.addEventListener("notice", (event) => notices.push(event.detail));
  await reading.start(isReadOnly);
  notices.splice(0, notices.findLastIndex((text) => text.includes("keeps no data")) + 1);
  return { reading, server, journal, notices };
}
