import assert from "node:assert/strict";
import test from "node:test";
import zlib from "node:zlib";

import { decodePng } from "../../static/viewer/png.js";
import { buildPyramid, levelSizes } from "../../static/viewer/pyramid.js";

/** Texture with large and small steps, so that every predictor of Paeth occurs. */
function sample(rows, columns, bits) {
  const Kind = bits === 16 ? Uint16Array : Uint8Array;
  return Kind.from({ length: rows * columns }, (_, i) => (i * 7919 + (i % columns) ** 2 * 31) % 2 ** bits);
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length);
  frame.writeUInt32BE(zlib.crc32 ? zlib.crc32(body) : crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

const PREDICTORS = [
  () => 0,
  (left) => left,
  (_, up) => up,
  (left, up) => (left + up) >> 1,
  (left, up, corner) => {
    const estimate = left + up - corner;
    return [left, up, corner].reduce((best, value) =>
      Math.abs(estimate - value) < Math.abs(estimate - best) ? value : best,
    );
  },
];

/** A PNG writer for tests: `filterOf(row)` chooses the filter of each row. */
function encodePng(values, rows, columns, { filterOf = () => 0, colour = 0, interlace = 0, pieces = 2 } = {}) {
  const step = values.BYTES_PER_ELEMENT;
  const raw = Buffer.alloc(values.length * step);
  values.forEach((value, i) => (step === 2 ? raw.writeUInt16BE(value, 2 * i) : raw.writeUInt8(value, i)));
  const width = columns * step;
  const filtered = Buffer.alloc(rows * (width + 1));
  for (let row = 0; row < rows; row++) {
    const at = (i, up) => (i < 0 || row - up < 0 ? 0 : raw[(row - up) * width + i]);
    filtered[row * (width + 1)] = filterOf(row);
    for (let i = 0; i < width; i++) {
      const predicted = PREDICTORS[filterOf(row)](at(i - step, 0), at(i, 1), at(i - step, 1));
      filtered[row * (width + 1) + 1 + i] = at(i, 0) - predicted;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(columns, 0);
  header.writeUInt32BE(rows, 4);
  header.set([8 * step, colour, 0, 0, interlace], 8);
  const packed = zlib.deflateSync(filtered);
  const cut = Math.ceil(packed.length / pieces);
  const data = Array.from({ length: pieces }, (_, i) => chunk("IDAT", packed.subarray(i * cut, (i + 1) * cut)));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const text = chunk("tEXt", Buffer.from("Comment\0ignored"));
  const parts = [signature, chunk("IHDR", header), text, ...data, chunk("IEND", Buffer.alloc(0))];
  return new Uint8Array(Buffer.concat(parts));
}

for (const bits of [8, 16]) {
  for (const filter of [0, 1, 2, 3, 4, "mixed"]) {
    test(`${bits} bits with row filter ${filter} come back to the bit`, async () => {
      const values = sample(37, 53, bits);
      const png = encodePng(values, 37, 53, { filterOf: (row) => (filter === "mixed" ? row % 5 : filter) });

      const image = await decodePng(png);

      assert.deepEqual(image, { rows: 37, columns: 53, values });
    });
  }
}

test("an image of one pixel is an image", async () => {
  const image = await decodePng(encodePng(Uint16Array.of(4095), 1, 1, { pieces: 1 }));

  assert.deepEqual(image.values, Uint16Array.of(4095));
});

test("a damaged byte is noticed", async () => {
  const png = encodePng(sample(20, 20, 16), 20, 20);
  png[png.length - 40] ^= 1;

  await assert.rejects(decodePng(png), { name: "PngError", message: /damaged/ });
});

test("a file cut short is noticed", async () => {
  const png = encodePng(sample(20, 20, 16), 20, 20);

  await assert.rejects(decodePng(png.slice(0, png.length - 20)), { name: "PngError", message: /cut short/ });
});

test("colour and interlaced images are refused, for they would be shown wrong", async () => {
  const values = sample(4, 4, 8);

  await assert.rejects(decodePng(encodePng(values, 4, 4, { colour: 2 })), /colour type 2/);
  await assert.rejects(decodePng(encodePng(values, 4, 4, { interlace: 1 })), /interlaced/);
});

test("a header that lies about its rows is refused", async () => {
  const tooFew = encodePng(sample(5, 8, 8), 4, 8, {});
  const lying = encodePng(sample(4, 8, 8), 4, 8, {});
  lying[8 + 8 + 7] = 5; // rows, then its checksum anew
  const header = chunk("IHDR", Buffer.from(lying.subarray(16, 29)));
  lying.set(header, 8);

  assert.equal((await decodePng(tooFew)).rows, 4);
  await assert.rejects(decodePng(lying), /fewer rows/);
});

test("what is not a PNG is refused", async () => {
  await assert.rejects(decodePng(new Uint8Array(200)), /not a PNG/);
});

test("reduced copies have the sizes of texture levels", () => {
  assert.deepEqual(levelSizes(101, 67).map(({ rows, columns }) => [rows, columns]), [
    [101, 67],
    [50, 33],
    [25, 16],
    [12, 8],
    [6, 4],
    [3, 2],
  ]);
  assert.equal(levelSizes(1, 500).length, 1);
});

test("means are rounded to the nearest", () => {
  const [, half] = buildPyramid(Uint16Array.of(1, 2, 10, 20, 3, 4, 30, 41), 2, 4, "mean");

  assert.deepEqual(half.values, Uint16Array.of(2, 25)); // a half goes to the even value
});

test("maxima keep a single pixel on every level, the odd last row and column too", () => {
  const values = new Uint8Array(7 * 9);
  values[6 * 9 + 8] = 200;

  const levels = buildPyramid(values, 7, 9, "max");

  assert.deepEqual(levels.map((level) => level.values.at(-1)), [200, 200, 200]);
});
