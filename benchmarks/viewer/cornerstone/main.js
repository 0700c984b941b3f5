/**
 * The other side of the viewer's benchmark: one mammogram in Cornerstone3D with its brush, its window tool and its
 * undo, as its documentation sets them up. `window.side` is what the benchmark asks; the mouse is real.
 *
 * Address: ?rows=&columns=&left=&top=&width=&height= : size of image.raw, and where the canvas lies on the page.
 */

import { Enums, RenderingEngine, cache, imageLoader, init, metaData, utilities } from "@cornerstonejs/core";
import * as tools from "@cornerstonejs/tools";

const IMAGE = "raw:mammogram";
const VIEWPORT = "viewport";
const GROUP = "tools";
const BRUSH = "Brush";
const SEGMENTATION = "labels";
const SPACING_MM = 1; // so that sizes in mm, which Cornerstone wants, are sizes in pixels

const asked = Object.fromEntries(
  [...new URLSearchParams(location.search)].map(([name, value]) => [name, Number(value)]),
);
const { rows, columns } = asked;

const element = /** @type {HTMLDivElement} */ (document.querySelector("#image"));
for (const side of ["left", "top", "width", "height"]) element.style[side] = `${asked[side]}px`;
element.addEventListener("contextmenu", (event) => event.preventDefault());

/** @param {Uint16Array} pixels */
function imageOf(pixels) {
  let [minPixelValue, maxPixelValue] = [Infinity, -Infinity];
  for (const value of pixels) {
    if (value < minPixelValue) minPixelValue = value;
    if (value > maxPixelValue) maxPixelValue = value;
  }
  const voxelManager = utilities.VoxelManager.createImageVoxelManager({
    width: columns,
    height: rows,
    scalarData: pixels,
    numberOfComponents: 1,
  });
  return {
    imageId: IMAGE,
    ...{ minPixelValue, maxPixelValue, slope: 1, intercept: 0, windowCenter: 2048, windowWidth: 4096 },
    ...{ rows, columns, height: rows, width: columns, color: false, rgba: false, numberOfComponents: 1 },
    ...{ rowPixelSpacing: SPACING_MM, columnPixelSpacing: SPACING_MM, invert: false },
    ...{ sizeInBytes: pixels.byteLength, dataType: "Uint16Array", voiLUTFunction: "LINEAR" },
    voxelManager,
    getPixelData: () => pixels,
  };
}

const FACTS = {
  imagePixelModule: {
    ...{ rows, columns, bitsAllocated: 16, bitsStored: 12, highBit: 11, samplesPerPixel: 1 },
    ...{ pixelRepresentation: 0, photometricInterpretation: "MONOCHROME2" },
  },
  imagePlaneModule: {
    ...{ rows, columns, frameOfReferenceUID: "1.2.3", imageOrientationPatient: [1, 0, 0, 0, 1, 0] },
    ...{ rowCosines: [1, 0, 0], columnCosines: [0, 1, 0], imagePositionPatient: [0, 0, 0] },
    ...{ pixelSpacing: [SPACING_MM, SPACING_MM], rowPixelSpacing: SPACING_MM, columnPixelSpacing: SPACING_MM },
  },
  generalSeriesModule: { modality: "MG", seriesInstanceUID: "1.2.4", seriesNumber: 1 },
  voiLutModule: { windowCenter: [2048], windowWidth: [4096], voiLUTFunction: "LINEAR" },
  modalityLutModule: { rescaleSlope: 1, rescaleIntercept: 0 },
};

async function start() {
  await init();
  tools.init();
  metaData.addProvider((type, imageId) => (imageId.startsWith(IMAGE) ? FACTS[type] : undefined), 10_000);
  imageLoader.registerImageLoader("raw", () => ({
    promise: fetch("image.raw")
      .then((answer) => answer.arrayBuffer())
      .then((bytes) => imageOf(new Uint16Array(bytes))),
  }));
  const engine = new RenderingEngine("engine");
  engine.enableElement({ viewportId: VIEWPORT, type: Enums.ViewportType.STACK, element });
  const viewport = engine.getViewport(VIEWPORT);
  const drawn = new Promise((resolve) => element.addEventListener(Enums.Events.IMAGE_RENDERED, resolve, { once: true }));
  await viewport.setStack([IMAGE]);
  viewport.render();
  await drawn;
  const firstImageMs = performance.now();
  addTools(engine.id);
  const labels = await addLabels();
  return sideOf(viewport, labels, firstImageMs);
}

/** @param {string} engineId */
function addTools(engineId) {
  tools.addTool(tools.BrushTool);
  tools.addTool(tools.WindowLevelTool);
  const group = tools.ToolGroupManager.createToolGroup(GROUP);
  group.addViewport(VIEWPORT, engineId);
  group.addTool(tools.WindowLevelTool.toolName);
  group.addToolInstance(BRUSH, tools.BrushTool.toolName, { activeStrategy: "FILL_INSIDE_CIRCLE" });
}

/** @returns {Promise<() => Uint8Array>} the labelled pixels */
async function addLabels() {
  const images = imageLoader.createAndCacheDerivedLabelmapImages([IMAGE]);
  const { Labelmap } = tools.Enums.SegmentationRepresentations;
  const imageIds = images.map((image) => image.imageId);
  tools.segmentation.addSegmentations([
    { segmentationId: SEGMENTATION, representation: { type: Labelmap, data: { imageIds } } },
  ]);
  await tools.segmentation.addLabelmapRepresentationToViewport(VIEWPORT, [{ segmentationId: SEGMENTATION }]);
  tools.segmentation.activeSegmentation.setActiveSegmentation(VIEWPORT, SEGMENTATION);
  tools.segmentation.segmentIndex.setActiveSegmentIndex(SEGMENTATION, 1);
  return () => cache.getImage(imageIds[0]).voxelManager.getScalarData();
}

/**
 * @param {any} viewport
 * @param {() => Uint8Array} labels
 * @param {number} firstImageMs since the page was asked for
 */
function sideOf(viewport, labels, firstImageMs) {
  const group = tools.ToolGroupManager.getToolGroup(GROUP);
  const bindings = [{ mouseButton: tools.Enums.MouseBindings.Primary }];
  const names = { brush: BRUSH, window: tools.WindowLevelTool.toolName };
  return {
    firstImageMs,
    /** @param {"brush" | "window"} name */
    choose(name) {
      for (const other of Object.values(names)) group.setToolPassive(other, { removeAllBindings: true });
      group.setToolActive(names[name], { bindings });
    },
    /** @param {number} radiusPx */
    setBrush(radiusPx) {
      tools.utilities.segmentation.setBrushSizeForToolGroup(GROUP, radiusPx * SPACING_MM, BRUSH);
    },
    /** @param {{scale: number, x: number, y: number}} view canvas px per image px; image px at the top left corner */
    look({ scale, x, y }) {
      const centre = [x + asked.width / 2 / scale - 0.5, y + asked.height / 2 / scale - 0.5, 0]; // pixel 0 is centred on 0
      const camera = viewport.getCamera();
      const shift = centre.map((value, i) => value - camera.focalPoint[i]);
      shift[2] = 0;
      viewport.setCamera({
        parallelScale: asked.height / 2 / scale,
        focalPoint: camera.focalPoint.map((value, i) => value + shift[i]),
        position: camera.position.map((value, i) => value + shift[i]),
      });
      viewport.render();
    },
    /** @param {{lower: number, upper: number}} range */
    setWindow(range) {
      viewport.setProperties({ voiRange: range, VOILUTFunction: "LINEAR_EXACT" });
      viewport.render();
    },
    window: () => viewport.getProperties().voiRange,
    undo: () => utilities.HistoryMemo.DefaultHistoryMemo.undo(),
    countLabelled: () => labels().reduce((count, value) => count + (value ? 1 : 0), 0),
  };
}

window.ready = start();
window.ready.then((side) => {
  window.side = side;
});
