/** The comparison page: the choice in the address, the numbers, both labels on the image. */

import { fromBase64 } from "../viewer/codec.js";
import { tokenColour } from "../viewer/colours.js";
import { ImagePanel } from "../viewer/image_panel.js";
import { intersection } from "../viewer/runs.js";
import { basisText, GROUPS, remarkText, valueText } from "./comparison_words.js";
import { getJson } from "./server.js";

/** @typedef {import("./comparison_words.js").Measure} Measure */
/**
 * @typedef {object} Comparison
 * @property {{runs: string}} reference
 * @property {{runs: string}} candidate
 * @property {number} images
 * @property {Record<string, Measure>} measures
 * @property {import("./comparison_words.js").Definition} definition
 */

const PLANE = { agreement: 0, reference: 1, candidate: 2 };
const page = /** @type {HTMLElement} */ (document.querySelector("#comparison"));
const choice = /** @type {HTMLFormElement} */ (page.querySelector("[data-choice]"));

/** @param {string} selector @returns {HTMLElement} */
const find = (selector) => /** @type {HTMLElement} */ (page.querySelector(selector));

/** Another image has other labels: those offered here do not belong to it. */
choice.addEventListener("change", (event) => {
  const fields = /** @type {Record<string, HTMLSelectElement>} */ (/** @type {unknown} */ (choice.elements));
  if (event.target !== fields.image) return;
  fields.reference.disabled = true;
  fields.candidate.disabled = true;
  find("[data-new-image]").hidden = false;
});

/** @param {string} name @param {string} text @param {string} [className] @returns {HTMLElement} */
function element(name, text, className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}

/** @param {Comparison} comparison */
function showNumbers({ measures, definition, images }) {
  const groups = GROUPS.map((group) => {
    const list = document.createElement("dl");
    list.append(...group.measures.map(([name, title]) => measureElement(title, measures[name])));
    const section = document.createElement("section");
    section.append(element("h2", group.title), list);
    return section;
  });
  const basis = element("p", basisText(definition, images), "comparison-basis");
  const emptyRule = element("p", `Empty labels: ${definition.empty_rule}.`, "dim");
  find("[data-numbers]").replaceChildren(basis, ...groups, emptyRule);
  find("[data-numbers]").hidden = false;
  find("[data-wait]").hidden = true;
}

/** @param {string} title @param {Measure} measure @returns {HTMLElement} */
function measureElement(title, measure) {
  const group = document.createElement("div");
  group.className = measure.value === null ? "number-row number-missing" : "number-row";
  group.append(element("dt", title), element("dd", valueText(measure), "number-value"));
  const remark = remarkText(measure);
  if (remark) group.append(element("dd", remark, "number-reason"));
  group.append(element("dd", measure.definition, "number-definition"));
  return group;
}

/** @param {Comparison} comparison @param {ImagePanel} panel */
function drawLabels(comparison, panel) {
  const reference = fromBase64(comparison.reference.runs);
  const candidate = fromBase64(comparison.candidate.runs);
  const both = tokenColour("--label-kept");
  panel.setStyle(PLANE.agreement, { colour: both, opacity: 0.4, outline: "none" });
  panel.setStyle(PLANE.reference, { colour: tokenColour("--reader-a"), opacity: 0, outline: "solid" });
  panel.setStyle(PLANE.candidate, { colour: tokenColour("--reader-b"), opacity: 0, outline: "dashed" });
  panel.setMask(PLANE.agreement, intersection(reference, candidate));
  panel.setMask(PLANE.reference, reference);
  panel.setMask(PLANE.candidate, candidate);
  find("[data-legend]").hidden = false;
}

/** @param {string} message empty when it is over */
function showTrouble(message) {
  find("[data-trouble]").textContent = message;
  find("[data-trouble]").hidden = !message;
}

/** @returns {Promise<Comparison | null>} null where nothing is chosen or the server refused, which is then on the page */
async function compare() {
  const { reference, candidate, label } = page.dataset;
  if (!reference || !candidate) return null;
  const query = new URLSearchParams({ reference, candidate, label: label ?? "bac" });
  try {
    const comparison = /** @type {Comparison} */ (await getJson(`/api/comparisons/?${query}`));
    showNumbers(comparison);
    return comparison;
  } catch (error) {
    find("[data-wait]").hidden = true;
    find("[data-failure]").textContent = /** @type {Error} */ (error).message;
    find("[data-failure]").hidden = false;
    return null;
  }
}

async function openImage() {
  const panel = new ImagePanel(find("[data-image]"));
  panel.addEventListener("trouble", (event) => showTrouble(/** @type {CustomEvent} */ (event).detail));
  find("[data-fit]").addEventListener("click", () => panel.fit());
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target instanceof HTMLSelectElement || event.ctrlKey || event.metaKey || event.altKey;
    if (event.key.toLowerCase() === "f" && !isTyping) panel.fit();
  });
  const comparing = compare();
  await panel.load(/** @type {string} */ (page.dataset.mammogram));
  const comparison = await comparing;
  if (comparison) drawLabels(comparison, panel);
}

openImage().catch((error) => showTrouble(error.message));
