/**
 * Time and memory of the live-wire on one image: node live_wire.mjs IMAGE ROWS COLUMNS MM_PER_PX LINE near|whole
 *
 * IMAGE holds 16-bit values, LINE is a JSON list of [row, column] along a vessel. "near" looks at the rectangle that
 * the page hands over, "whole" at the whole image, as live-wires that know no rectangle do. Prints one JSON object.
 */

import { readFileSync, writeFileSync } from "node:fs";

import { Crop } from "../../static/viewer/livewire/crop.js";
import { boxFor } from "../../static/viewer/livewire/live_wire.js";
import { Trace, warmUp } from "../../static/viewer/livewire/trace.js";

const [path, rowsText, columnsText, mmText, lineText, where] = process.argv.slice(2);
const [rows, columns, mmPerPx] = [rowsText, columnsText, mmText].map(Number);
const bytes = readFileSync(path);
const image = new Uint16Array(bytes.buffer, bytes.byteOffset, rows * columns);
const line = JSON.parse(lineText).map(([row, column]) => ({ x: column, y: row }));
const [anchor, end] = [line[0], line[line.length - 1]];

function cut() {
  const whole = { row0: 0, column0: 0, row1: rows, column1: columns };
  const box = where === "whole" ? whole : boxFor({ rows, columns }, anchor, end, mmPerPx);
  const width = box.column1 - box.column0;
  const values = new Uint16Array((box.row1 - box.row0) * width);
  for (let row = box.row0; row < box.row1; row++) {
    values.set(image.subarray(row * columns + box.column0, row * columns + box.column1), (row - box.row0) * width);
  }
  return new Crop(values, box, false);
}

function cpuMs(run) {
  const before = process.cpuUsage();
  const result = run();
  const { user, system } = process.cpuUsage(before);
  return { ms: (user + system) / 1000, result };
}

/** @param {string} name of a line of the kernel's account of this process */
function statusKib(name) {
  return Number(readFileSync("/proc/self/status", "utf8").match(new RegExp(`${name}:\\s+(\\d+)`))[1]);
}

globalThis.gc?.();
writeFileSync("/proc/self/clear_refs", "5"); // the highest size is counted from here
const beforeKib = statusKib("VmRSS");
Array.from(warmUp()); // as the Worker does when it starts
const first = cpuMs(() => {
  const trace = new Trace(cut(), mmPerPx, anchor);
  return { trace, points: trace.to(end) };
});
const memoryMib = (statusKib("VmHWM") - beforeKib) / 1024;
const moves = line.map((point) => cpuMs(() => first.result.trace.to(point)).ms).sort((a, b) => a - b);
const again = Array.from({ length: where === "whole" ? 1 : 5 }, () => cpuMs(() => new Trace(cut(), mmPerPx, anchor).to(end)).ms);
process.stdout.write(
  JSON.stringify({
    cold_ms: first.ms,
    anchor_ms: Math.min(...again),
    move_ms: moves[Math.floor(moves.length * 0.95)],
    memory_mib: memoryMib,
    points: first.result.points.map(({ x, y }) => [y, x]),
  }),
);
