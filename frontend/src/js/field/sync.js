// Hands in what waits on this phone: each record under its own id, its pictures first. Whatever
// happens on the way, nothing is forgotten before the server has said that it has it.
import { day, filled, h } from "./dom.js";

const EVERY = 60_000;
// What could not go is tried again after this long, then after twice as long, up to EVERY.
const SOON = 2_000;
const KEPT = 7 * 24 * 3600_000;

class Stop extends Error {
  constructor(kind, words = "") {
    super(words || kind);
    this.kind = kind;
  }
}

export function startSync(app) {
  let running = null;
  let again = false;
  const later = postponer(app);
  // What is asked for while one runs is done once more afterwards: a record may just have come.
  app.sync = () => {
    if (running) again = true;
    running ??= (async () => {
      do {
        again = false;
        later(await once(app));
      } while (again);
    })().finally(() => (running = null));
    return running;
  };
  window.addEventListener("online", () => app.sync());
  window.addEventListener("offline", () => standing(app));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && app.sync());
  document.querySelector("[data-field-sync]").addEventListener("click", () => app.sync());
  setInterval(async () => (await waiting(app)).length && app.sync(), EVERY);
  app.store.heard(() => app.main.dataset.shown === "list" && app.show());
}

const waiting = async (app) =>
  (await app.store.records()).filter((each) => each.state === "queued" && each.member === app.member);

async function standing(app) {
  if (navigator.onLine) return;
  const count = (await waiting(app)).length;
  app.say([app.words.offline, ...(count ? [" · ", filled(app.words.waiting, count)] : [])], "yellow");
}

// Told how an attempt went, it has another made where one may help.
function postponer(app) {
  let pause = SOON;
  let timer = null;
  return (outcome) => {
    clearTimeout(timer);
    if (outcome !== "later") return (pause = SOON);
    timer = setTimeout(app.sync, pause);
    pause = Math.min(2 * pause, EVERY);
  };
}

// One tab at a time: two would send the same things twice, which is harmless and slow. The other
// may have begun before the record of this one was there. "later" where another attempt may help.
async function once(app) {
  if (!navigator.onLine) return standing(app);
  if (!navigator.locks) return attempt(app);
  return navigator.locks.request(`${app.kind.key}-sync`, { ifAvailable: true }, (lock) => (lock ? attempt(app) : "later"));
}

async function attempt(app) {
  app.say(app.words.syncing);
  let outcome = "";
  try {
    const session = await carry(app);
    const sent = await handIn(app, session);
    if (sent) await carry(app);
    await sweep(app);
    await said(app, session);
    // The server asked to be asked again.
    if ((await waiting(app)).length) outcome = "later";
  } catch (error) {
    await failed(app, error);
    if (error.kind === "unreachable" && navigator.onLine) outcome = "later";
  }
  if (app.main.dataset.shown !== "form") await app.show();
  return outcome;
}

async function said(app, session) {
  const others = (await app.store.records()).filter((each) => each.member !== session.member && each.state !== "done");
  const words = [filled(app.words.synced, day(app.now()))];
  if (others.length) words.push(" · ", filled(app.words.other_member, others.length));
  app.say(words, "green");
}

async function failed(app, error) {
  if (error.kind === "login") {
    const next = `${app.addresses.login}?next=${encodeURIComponent(app.addresses.scope)}`;
    app.say([app.words.login, " ", h("a", { href: next }, app.words.login_link)], "red");
  } else if (error.kind === "unreachable") app.say(navigator.onLine ? app.words.unreachable : app.words.offline, "yellow");
  else app.say(filled(app.words.failed, error.message), "red");
}

async function ask(address, options = {}) {
  let answer;
  try {
    answer = await fetch(address, { ...options, headers: { Accept: "application/json", ...options.headers } });
  } catch {
    throw new Stop("unreachable");
  }
  if (answer.status === 401 || (answer.redirected && !answer.url.includes("/api/"))) throw new Stop("login");
  if (answer.status >= 500 || answer.status === 429) throw new Stop("unreachable");
  const body = await answer.json().catch(() => null);
  return { status: answer.status, body };
}

// What the member takes along as it is now, and what the next writes need.
async function carry(app) {
  const { status, body } = await ask(app.addresses.carried);
  if (status !== 200 || !body) throw new Stop("refused", body?.error?.message ?? String(status));
  const carried = { ...app.kind.carried(body), member: body.member, at: Date.now(), offset: Date.parse(body.now) - Date.now() };
  await app.store.carry(carried);
  app.member = body.member;
  app.carried = carried;
  return { member: body.member, csrf: body.csrf };
}

async function handIn(app, session) {
  const own = (await app.store.records())
    .filter((each) => each.state === "queued" && each.member === session.member)
    .sort((one, other) => one.finished_at.localeCompare(other.finished_at));
  for (const record of own) await one(app, session, record);
  return own.length;
}

async function one(app, session, record) {
  const lost = await upload(app, session, record);
  if (lost) return refuse(app, record, lost);
  let outcome = await send(app, session, record);
  if (outcome.code === "photos") {
    await app.store.markSent(record.id, outcome.missing, false);
    const again = await upload(app, session, record);
    if (again) return refuse(app, record, again);
    outcome = await send(app, session, record);
  }
  if (outcome.status === "accepted" || outcome.status === "repeated") {
    const facts = app.kind.settled(outcome);
    return app.store.settle(record.id, { ...facts, state: "done", code: "", message: "", done_at: Date.now() });
  }
  if (outcome.code !== "again") await refuse(app, record, outcome);
}

const refuse = (app, record, { code, message, field, latest }) =>
  app.store.put({ ...record, state: "refused", code, message, field: field ?? "", latest: latest ?? "" });

async function send(app, session, record) {
  const { status, body } = await ask(app.addresses.sync, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": session.csrf },
    body: JSON.stringify({ [app.kind.sends]: [app.kind.asSent(record)] }),
  });
  if (status === 403) throw new Stop("login");
  if (status !== 200) return { code: "invalid", message: body?.error?.message ?? String(status) };
  return body.outcomes[0];
}

// The pictures that the server has not got yet; what it says where it will not take one.
async function upload(app, session, record) {
  for (const photo of await app.store.photos(record.id)) {
    if (photo.sent) continue;
    const form = new FormData();
    for (const [name, value] of Object.entries(app.kind.belongs(record))) form.set(name, value);
    form.set("sha256", photo.sha256);
    form.set("file", new Blob([photo.bytes], { type: "image/jpeg" }), `${photo.sha256.slice(0, 12)}.jpg`);
    const { status, body } = await ask(app.addresses.photos, {
      method: "POST",
      headers: { "X-CSRFToken": session.csrf },
      body: form,
    });
    if (status === 403 && !body?.error) throw new Stop("login");
    if (status !== 200) return { code: status === 403 ? "forbidden" : "invalid", message: body?.error?.message ?? String(status) };
    await app.store.markSent(record.id, [photo.sha256], true);
  }
  return null;
}

// What was handed in a week ago is only a line; the record itself is on the server.
async function sweep(app) {
  for (const record of await app.store.records()) {
    if (record.state === "done" && Date.now() - record.done_at > KEPT) await app.store.remove(record.id);
  }
}
