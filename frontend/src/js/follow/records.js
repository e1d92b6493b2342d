// What a follow-up on the phone is, what of it is still missing, and how the server is told.
import { newRecord } from "../field/records.js";

// The Monday of the week, of the district's own time, as the phone knows the server's.
export function weekOf(app) {
  const local = new Date(Date.parse(app.now()) + (app.carried?.utc_offset ?? 0) * 60_000);
  local.setUTCDate(local.getUTCDate() - ((local.getUTCDay() + 6) % 7));
  return local.toISOString().slice(0, 10);
}

// What was made of a project this week, as far as the phone knows: what it took along may be of an
// earlier week.
export const latestOf = (app, project) => (app.carried.week.first === weekOf(app) ? project.latest : null);

export function followUpOf(app, project) {
  const latest = latestOf(app, project);
  return newRecord(app.member, app.now(), {
    project,
    week: weekOf(app),
    last: lastOf(app, project),
    progress: latest?.progress ?? "",
    text: latest?.text ?? "",
    photos: [],
    raises: false,
    problem: { title: "", kind: "", level: "" },
    replaces: latest?.id ?? "",
  });
}

// The progress before this week's, in percent; "" where none is known.
export const lastOf = (app, project) =>
  app.carried.week.first === weekOf(app) ? project.before : (project.latest?.progress ?? project.before);

export const subjectOf = (record) => `${record.project.id} ${record.week}`;

// What keeps it from being handed in: photos, progress, text, title, kind, level.
export function lacks(record) {
  const { problem } = record;
  return [
    !record.photos.length && "photos",
    record.progress === "" && "progress",
    record.text.trim().length < 2 && "text",
    record.raises && problem.title.trim().length < 2 && "title",
    record.raises && !problem.kind && "kind",
    record.raises && !problem.level && "level",
  ].filter(Boolean);
}

export const asSent = (record) => ({
  id: record.id,
  project: record.project.id,
  seen_at: record.begun_at,
  finished_at: record.finished_at,
  progress: record.progress,
  text: record.text,
  photos: record.photos,
  lon: record.lon,
  lat: record.lat,
  accuracy: record.accuracy,
  problem: record.raises ? record.problem : null,
  replaces: record.replaces || null,
});
