// A phone page that works with or without a connection. What is entered lies in the browser's
// database until the server has said that it has it. `kind` says what the page is about:
//   key              names its database and its lock
//   listView(app), formView(app, record)   draw; formView returns what to wait for before leaving
//   carried(body)    what the phone takes along of the server's answer
//   subject(app, hash)   of which subject an address speaks, "" for none
//   subjectOf(record)    the subject of a record; there is one open record of each
//   begin(app, subject)  a new record of it, null where there is none to begin
//   sends, asSent(record), belongs(record), settled(outcome)   how the server is told and answers
import { openStore } from "./store.js";
import { startSync } from "./sync.js";

const json = (id) => JSON.parse(document.getElementById(id).textContent);

export async function startField(kind) {
  const main = document.querySelector("[data-field]");
  const app = {
    kind,
    main,
    member: main.dataset.member,
    words: json("field-words"),
    addresses: json("field-addresses"),
    icons: main.dataset.icons,
    carried: null,
    // The server's time as far as it is known: a phone's own clock may be anything.
    now: () => new Date(Date.now() + (app.carried?.offset ?? 0)).toISOString(),
    say: (text, tone = "") => {
      const bar = document.querySelector("[data-field-state]");
      bar.dataset.kind = tone;
      bar.replaceChildren(...(Array.isArray(text) ? text : [text]));
    },
  };
  try {
    app.store = await openStore(`district-${kind.key}`);
  } catch {
    app.say(app.words.storage, "red");
    document.querySelector("[data-field-loading]")?.remove();
    return;
  }
  app.carried = await app.store.carried(app.member);
  app.show = shower(app);
  app.draw = drawer(main);
  // Kept even when the phone runs short of space, if the browser agrees.
  navigator.storage?.persist?.();
  navigator.serviceWorker?.register(app.addresses.worker, { scope: app.addresses.scope });
  startSync(app);
  window.addEventListener("hashchange", app.show);
  await app.show();
  if (!app.carried) await app.sync();
  else app.sync();
  if (location.hash && main.dataset.shown === "list") await app.show();
}

const LONGEST_PRESS = 1_000;

// Puts what it is given in place of what is shown, but not between a finger's down and up: the tap
// would be lost with the button that was under it.
function drawer(main) {
  let lifted = null;
  let lift = null;
  const up = () => setTimeout(() => lift?.()); // after the click, which follows
  main.addEventListener("pointerdown", () => {
    lifted = new Promise((done) => {
      lift = done;
      setTimeout(done, LONGEST_PRESS);
    });
  });
  for (const name of ["pointerup", "pointercancel"]) window.addEventListener(name, up);
  return async (...nodes) => {
    await lifted;
    main.replaceChildren(...nodes);
  };
}

// Hashes: a subject's id begins or goes on with its record, r=<id> opens a record of this phone.
// One after the other: what waits for a finger to lift must not come over what was opened since.
function shower(app) {
  let leave = null;
  let turn = Promise.resolve();
  const show = async () => {
    await leave?.();
    leave = null;
    const hash = decodeURIComponent(location.hash.slice(1));
    const record = hash && (await wanted(app, hash));
    if (record && record.state === "draft") leave = await app.kind.formView(app, record);
    else leave = await app.kind.listView(app);
    app.main.dataset.shown = record ? "form" : "list";
  };
  return () => (turn = turn.then(show, show));
}

async function wanted(app, hash) {
  if (hash.startsWith("r=")) return app.store.record(hash.slice(2));
  const { kind } = app;
  const subject = kind.subject(app, hash);
  if (!subject) return null;
  const own = (await app.store.records()).filter(
    (each) => each.member === app.member && kind.subjectOf(each) === subject && each.state !== "done",
  );
  // What waits or was refused is on the list, with what may be done; no second one is begun.
  if (own.length) return own.find((each) => each.state === "draft") ?? null;
  const record = kind.begin(app, subject);
  if (record) await app.store.put(record);
  return record;
}
