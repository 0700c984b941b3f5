import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { DecisionSender } from "../../static/pages/adjudication_sender.js";

const realFetch = globalThis.fetch;
globalThis.document ??= /** @type {any} */ ({ cookie: "" });
afterEach(() => {
  globalThis.fetch = realFetch;
});

/** @param {(() => Response)[]} answers one for each request, in order */
function serve(answers) {
  const bodies = [];
  globalThis.fetch = async (_url, options) => {
    bodies.push(JSON.parse(/** @type {string} */ (options?.body)));
    return /** @type {() => Response} */ (answers.shift())();
  };
  return bodies;
}

const stored = (notice = "") => () => Response.json({ notice, progress: {} }, { status: 201 });
const request = (id) => ({ url: "http://localhost/decisions/", body: { id, choice: "both" }, segment: `segment-${id}` });

test("decisions go one after the other, in the order of the keys", async () => {
  const bodies = serve([stored(), stored(), stored()]);
  const sender = new DecisionSender();

  for (const id of ["a", "b", "c"]) sender.send(request(id));
  const before = sender.segments;
  await sender.settled();

  assert.deepEqual(before, ["segment-a", "segment-b", "segment-c"]);
  assert.deepEqual(bodies.map(({ id }) => id), ["a", "b", "c"]);
  assert.equal(sender.waiting, 0);
});

test("without an answer a decision is sent again under its id, and those behind it wait", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const bodies = serve([() => Response.error(), () => new Response("", { status: 502 }), stored(), stored()]);
  const sender = new DecisionSender();
  let stuck = 0;
  sender.addEventListener("change", () => {
    if (sender.isStuck) stuck += 1;
  });

  sender.send(request("a"));
  sender.send(request("b"));
  const settled = sender.settled();
  for (let i = 0; i < 40; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    context.mock.timers.tick(3000);
  }
  await settled;

  assert.deepEqual(bodies.map(({ id }) => id), ["a", "a", "a", "b"]);
  assert.ok(stuck >= 2);
  assert.equal(sender.isStuck, false);
});

test("a refusal is told with its reason, and the next decision goes on", async () => {
  serve([() => Response.json({ code: "note_missing", message: "Say why." }, { status: 400 }), stored()]);
  const sender = new DecisionSender();
  const heard = [];
  sender.addEventListener("refused", (event) => heard.push(/** @type {CustomEvent} */ (event).detail.message));
  sender.addEventListener("stored", () => heard.push("stored"));

  sender.send(request("a"));
  sender.send(request("b"));
  await sender.settled();

  assert.deepEqual(heard, ["Say why.", "stored"]);
});
