/** Maps over the image, one at a time: density, thickness of calcification, heatmap of a classifier. */

import * as api from "../api.js";
import { tokenColour } from "../colours.js";
import { decodeImage } from "../image_loader.js";
import { STOPS } from "../map_layer.js";
import { firstLevel, mapText, missingText, scaleEnds, statusText } from "../map_words.js";
import { part, parts } from "../page_elements.js";

/** @typedef {import("../room.js").Room} Room */
/** @typedef {import("../seat.js").Seat} Seat */
/** @typedef {import("../map_words.js").MapKind} MapKind */
/** @typedef {import("../map_words.js").MapStatus} MapStatus */

const POLL_MS = 500;
const PATIENCE_MS = 2000; // a wait that is longer gets a bar

/** @type {{kind: MapKind, name: string, title: string, key: string}[]} */
const MAPS = [
  { kind: "density", name: "density-map", title: "Density map", key: "shift+d" },
  { kind: "calcification_thickness", name: "thickness-map", title: "Map of calcification thickness", key: "shift+t" },
  { kind: "heatmap", name: "heatmap", title: "Heatmap of a classifier", key: "shift+h" },
];

/** @param {Room} room */
export function install(room) {
  const section = new MapsSection(room, part(room.root, "maps"));
  for (const { kind, name, title, key } of MAPS) {
    room.actions.add({ name, title, keys: [key], group: "look", run: () => section.toggle(kind) });
  }
  room.addEventListener("active", () => section.follow());
  room.addEventListener("open", () => section.follow());
}

class MapsSection {
  /** @type {MapKind | null} the same for all images */
  #chosen = null;
  /** @type {WeakMap<Seat, MapKind>} what each image shows */
  #shown = new WeakMap();
  #waitingSince = 0;
  #turn = 0; // a later wish makes an earlier one void

  /**
   * @param {Room} room
   * @param {HTMLElement} element
   */
  constructor(room, element) {
    this.room = room;
    this.element = element;
    this.opacity = /** @type {HTMLInputElement} */ (part(element, "map-opacity"));
    this.opacity.addEventListener("input", () => this.#fade());
  }

  /** @param {MapKind} kind */
  toggle(kind) {
    this.#chosen = this.#chosen === kind ? null : kind;
    if (this.#chosen) this.element.setAttribute("open", "");
    for (const button of parts(this.element, "map")) {
      button.setAttribute("aria-pressed", String(button.dataset.map === this.#chosen));
    }
    this.follow();
  }

  /** Show the chosen map on the active image, once that is here. */
  follow() {
    const turn = ++this.#turn;
    const seat = this.room.active;
    this.#waitingSince = performance.now();
    this.#say("");
    part(this.element, "map-legend").hidden = true;
    for (const other of this.room.seats) {
      if (this.#shown.has(other) && this.#shown.get(other) !== this.#chosen) this.#clear(other);
    }
    if (!this.#chosen || !seat.isOpen) return;
    this.#bring(seat, this.#chosen, turn).catch((error) => {
      if (turn === this.#turn) this.#say(error.message);
    });
  }

  /**
   * @param {Seat} seat
   * @param {MapKind} kind
   * @param {number} turn
   */
  async #bring(seat, kind, turn) {
    let status = await api.askForMap(seat.image.mammogram, kind);
    while (turn === this.#turn && (status.state === "queued" || status.state === "running")) {
      this.#showProgress(status);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      status = await api.readMap(seat.image.mammogram, kind);
    }
    if (turn !== this.#turn) return;
    this.#say(status.image_map ? "" : missingText(kind, status));
    if (!status.image_map) {
      const words = missingText(kind, status); // where they are seen with the panels folded, too
      if (status.state === "failed") this.room.say(words);
      else this.room.tell(words);
      return;
    }
    if (this.#shown.get(seat) !== kind) {
      const levels = await decodeImage(await api.readImage(status.image_map.pixels_url), "max");
      if (turn !== this.#turn) return;
      this.#paint(seat, status.image_map, levels);
    }
    this.#describe(status.image_map);
  }

  /**
   * @param {Seat} seat
   * @param {import("../map_words.js").ImageMap} map
   * @param {import("../pyramid_layer.js").Level[]} levels
   */
  #paint(seat, map, levels) {
    const { renderer, mammogram } = seat.panel;
    if (!mammogram) return;
    renderer.map.setLevels(levels);
    renderer.map.stops = Array.from({ length: STOPS }, (_, i) => tokenColour(`--map-${i}`));
    renderer.map.place = { stepPx: map.step_px, rows: mammogram.rows, columns: mammogram.columns, firstLevel: firstLevel(map) };
    this.#shown.set(seat, map.kind);
    this.#fade();
  }

  /** @param {Seat} seat */
  #clear(seat) {
    const { renderer } = seat.panel;
    this.#shown.delete(seat);
    renderer.map.setLevels(null);
    renderer.request();
  }

  #fade() {
    for (const { panel } of this.room.seats) {
      panel.renderer.map.opacity = Number(this.opacity.value) / 100;
      panel.renderer.request();
    }
  }

  /** @param {import("../map_words.js").ImageMap} map */
  #describe(map) {
    const { low, high } = scaleEnds(map);
    const legend = part(this.element, "map-legend");
    legend.hidden = false;
    part(legend, "map-low").textContent = low;
    part(legend, "map-high").textContent = high;
    part(legend, "map-text").textContent = mapText(map);
    this.element.scrollIntoView({ block: "nearest" });
  }

  /** @param {MapStatus} status */
  #showProgress(status) {
    if (performance.now() - this.#waitingSince < PATIENCE_MS) return;
    this.#say(statusText(status));
    const bar = /** @type {HTMLProgressElement} */ (part(this.element, "map-progress"));
    bar.hidden = false;
    if (status.total) Object.assign(bar, { value: status.done, max: status.total });
    else bar.removeAttribute("value");
  }

  /** @param {string} text */
  #say(text) {
    part(this.element, "map-note").textContent = text;
    part(this.element, "map-progress").hidden = true;
  }
}
