"""How much memory a page takes: what its scripts hold, and what it keeps on the graphics card.

Scripts: objects, the document and every buffer of the page, after garbage collection, as Chromium counts
them (Runtime.getHeapUsage). Graphics card: the bytes of the textures that the page made and did not delete,
counted as they are made, and twice the pixels of each canvas, which is drawn on and shown. The browser's own
code and caches are not in it. Workers are not either: the one that decodes ends with its work.
"""

from playwright.sync_api import BrowserContext, Page

MB = 10**6

# Counts the levels of textures by their own size: what a driver adds is not known.
COUNT_TEXTURES = """
(() => {
  const sizes = new Map();
  const bound = new WeakMap();
  const bytesOf = {
    [0x8229]: 1, [0x822B]: 2, [0x8232]: 1, [0x8234]: 2, [0x822D]: 2, [0x822E]: 4, [0x8236]: 4,
    [0x8051]: 3, [0x8058]: 4, [0x881A]: 8, [0x8814]: 16, [0x8F98]: 2, [0x1903]: 1, [0x1908]: 4, [0x1907]: 3,
    [0x81A6]: 4, [0x88F0]: 4, [0x8CAC]: 4, [0x1909]: 1,
  };
  const context = WebGL2RenderingContext.prototype;
  const wrap = (name, before) => {
    const original = context[name];
    context[name] = function (...values) {
      before.call(this, ...values);
      return original.apply(this, values);
    };
  };
  const at = (gl) => bound.get(gl);
  wrap("bindTexture", function (target, texture) { bound.set(this, texture); });
  wrap("deleteTexture", (texture) => sizes.delete(texture));
  const keep = (texture, level, bytes) => {
    if (!sizes.has(texture)) sizes.set(texture, new Map());
    sizes.get(texture).set(level, bytes);
  };
  wrap("texStorage2D", function (target, levels, format, width, height) {
    for (let level = 0; level < levels; level++) {
      const side = (size) => Math.max(1, size >> level);
      keep(at(this), level, side(width) * side(height) * (bytesOf[format] ?? 4));
    }
  });
  wrap("texImage2D", function (target, level, format, width, height) {
    if (typeof height === "number") keep(at(this), level, width * height * (bytesOf[format] ?? 4));
  });
  const sum = (numbers) => [...numbers].reduce((a, b) => a + b, 0);
  window.textureBytes = () => sum([...sizes.values()].map((levels) => sum(levels.values())));
})();
"""


CANVAS_BYTES = """
() => [...document.querySelectorAll("canvas")].reduce((sum, { width, height }) => sum + 8 * width * height, 0)
"""


def count_textures(context: BrowserContext) -> None:
    """Call before the page is opened."""
    context.add_init_script(COUNT_TEXTURES)


def memory_mb(page: Page) -> float:
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    usage = session.send("Runtime.getHeapUsage")
    scripts = sum(usage[part] for part in ("usedSize", "embedderHeapUsedSize", "backingStorageSize"))
    card = page.evaluate("() => window.textureBytes()") + page.evaluate(CANVAS_BYTES)
    return (scripts + card) / MB
