import { BrushTool } from "./brush_tool.js";

/** Takes the active label away; the other label stays. */
export class EraserTool extends BrushTool {
  /** @type {"brush" | "eraser"} */
  name = "eraser";
  /** @type {"set" | "clear"} */
  how = "clear";
}
