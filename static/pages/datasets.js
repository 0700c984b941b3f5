/** The page of a draft: counts that follow the filter while it is changed. */

import { postJson } from "./server.js";

const PREVIEW_DELAY_MS = 250;
const LIST_KEYS = ["labels", "algorithm_types", "readers", "bac_present"];

/** @typedef {{split: string, patients: number, images: number, annotations: number, marked: Record<string, number>}} Count */
/** @typedef {{total: Count, splits: Count[], warnings: string[]}} Preview */

/** @param {number} count @param {string} noun @returns {string} */
const counted = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** @param {HTMLFormElement} form @returns {Record<string, unknown>} the filter as the API takes it */
export function filterOf(form) {
  const data = new FormData(form);
  const lists = LIST_KEYS.map((key) => [key, data.getAll(key)]);
  return { ...Object.fromEntries(lists), campaign: data.get("campaign"), which: data.get("which") };
}

/** @param {HTMLElement} page @param {Preview} preview */
function showCounts(page, preview) {
  for (const count of [...preview.splits, preview.total]) {
    const row = page.querySelector(`[data-split="${count.split}"]`);
    for (const cell of row?.querySelectorAll("[data-count]") ?? []) {
      const key = /** @type {"patients" | "images" | "annotations"} */ (cell.getAttribute("data-count"));
      cell.textContent = String(count[key]);
    }
    for (const cell of row?.querySelectorAll("[data-label]") ?? []) {
      const value = count.marked[cell.getAttribute("data-label") ?? ""];
      cell.textContent = value === undefined ? "not in it" : String(value);
    }
  }
}

/** @param {HTMLElement} page @param {string[]} warnings */
function showWarnings(page, warnings) {
  const items = warnings.map((warning) => {
    const item = document.createElement("li");
    item.textContent = warning;
    return item;
  });
  page.querySelector("[data-warning-list]")?.replaceChildren(...items);
  page.querySelector("[data-warnings]")?.toggleAttribute("hidden", warnings.length === 0);
}

/** @param {HTMLElement} page @param {string} text */
function showState(page, text) {
  const state = page.querySelector("[data-preview-state]");
  if (state) state.textContent = text;
}

/** @param {HTMLElement} page @param {HTMLFormElement} form */
function followFilter(page, form) {
  let timer = 0;
  let asked = 0;
  const table = page.querySelector(".counts");
  const freeze = page.querySelector("[data-freeze]");
  const update = async () => {
    const turn = ++asked;
    try {
      const preview = await postJson(page.dataset.previewUrl ?? "", { filter: filterOf(form) });
      if (turn !== asked) return; // a later change has asked again
      showCounts(page, preview);
      showWarnings(page, preview.warnings);
      const { annotations, images } = preview.total;
      const sentence = page.querySelector("[data-sentence]");
      if (sentence) sentence.textContent = `${counted(annotations, "annotation")} of ${counted(images, "image")}`;
      freeze?.toggleAttribute("disabled", annotations === 0);
      showState(page, "Counted for the filter as it stands here. Save the draft to list its items.");
      table?.removeAttribute("aria-busy");
    } catch (error) {
      if (turn === asked) showState(page, `Not counted: ${error instanceof Error ? error.message : error}`);
    }
  };
  form.addEventListener("change", () => {
    for (const part of page.querySelectorAll("[data-saved-only]")) part.setAttribute("hidden", "");
    table?.setAttribute("aria-busy", "true");
    showState(page, "Counting");
    clearTimeout(timer);
    timer = setTimeout(update, PREVIEW_DELAY_MS);
  });
}

const page = document.querySelector("#dataset-version");
const form = document.querySelector("#filter-form");
if (page instanceof HTMLElement && form instanceof HTMLFormElement) followFilter(page, form);
