// The inspectors' phone page: tasks, checklists and pictures, with or without a connection. What is
// entered lies in the browser's database until the server has said that it has it.
import { formView } from "./phone/form.js";
import { listView } from "./phone/list.js";
import { newRecord } from "./phone/records.js";
import { openStore } from "./phone/store.js";
import { startSync } from "./phone/sync.js";

const main = document.querySelector("[data-field]");
const json = (id) => JSON.parse(document.getElementById(id).textContent);
const app = {
  main,
  member: main.dataset.member,
  words: json("field-words"),
  addresses: json("field-addresses"),
  icons: main.dataset.icons,
  carried: null,
  // The server's time as far as it is known: a phone's own clock may be anything.
  now: () => new Date(Date.now() + (app.carried?.offset ?? 0)).toISOString(),
  say: (text, kind = "") => {
    const bar = document.querySelector("[data-field-state]");
    bar.dataset.kind = kind;
    bar.replaceChildren(...(Array.isArray(text) ? text : [text]));
  },
};

let leave = null;

// Hashes: a task's id begins or goes on with its inspection, r=<id> opens a record of this phone.
async function show() {
  await leave?.();
  leave = null;
  const hash = decodeURIComponent(location.hash.slice(1));
  const record = hash && (await wanted(hash));
  if (record && record.state === "draft") leave = await formView(app, record);
  else leave = await listView(app);
  main.dataset.shown = record ? "form" : "list";
}

async function wanted(hash) {
  if (hash.startsWith("r=")) return app.store.record(hash.slice(2));
  const own = (await app.store.records()).filter(
    (each) => each.member === app.member && each.task.id === hash && each.state !== "done",
  );
  // What waits or was refused is on the list, with what may be done; no second one is begun.
  if (own.length) return own.find((each) => each.state === "draft") ?? null;
  const task = app.carried?.tasks.find((each) => each.id === hash);
  const checklist = task && app.carried.checklists[task.version];
  if (!checklist) return null;
  const record = newRecord(app.member, task, checklist, app.now());
  await app.store.put(record);
  return record;
}

async function start() {
  try {
    app.store = await openStore();
  } catch {
    app.say(app.words.storage, "red");
    document.querySelector("[data-field-loading]")?.remove();
    return;
  }
  app.carried = await app.store.carried(app.member);
  app.show = show;
  // Kept even when the phone runs short of space, if the browser agrees.
  navigator.storage?.persist?.();
  navigator.serviceWorker?.register(app.addresses.worker, { scope: app.addresses.scope });
  startSync(app);
  window.addEventListener("hashchange", show);
  await show();
  if (!app.carried) await app.sync();
  else app.sync();
  if (location.hash && main.dataset.shown === "list") await show();
}

start();
