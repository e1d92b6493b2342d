// What an inspection on the phone is, what of it is still missing, and how the server is told.
import { newRecord } from "../field/records.js";

export const inspectionOf = (member, task, checklist, now) =>
  newRecord(member, now, { task, version: task.version, checklist, answers: {}, note: "", extra: false });

export const itemsOf = (checklist) => checklist.sections.flatMap((section) => section.items);

export const blank = () => ({ verdict: "", value: "", note: "", photos: [], fixed: false, after: [] });

// pass, fail, na or "" for an answer, as the server will judge it too.
export function verdictOf(item, answer) {
  if (!answer) return "";
  if (item.answer !== "number" || answer.verdict === "na") return answer.verdict;
  const value = Number(answer.value);
  if (answer.value.trim() === "" || !Number.isFinite(value)) return "";
  const low = item.min !== "" && value < Number(item.min);
  const high = item.max !== "" && value > Number(item.max);
  return low || high ? "fail" : "pass";
}

// What keeps an item from being handed in: "answer", "photo" or "after"; "" when it is complete.
export function lackOf(item, answer) {
  const verdict = verdictOf(item, answer);
  if (!verdict) return "answer";
  if (verdict !== "fail") return "";
  if (item.photo && !answer.photos.length) return "photo";
  return answer.fixed && !answer.after.length ? "after" : "";
}

export function asSent(record) {
  return {
    id: record.id,
    task: record.task.id,
    version: record.version,
    begun_at: record.begun_at,
    finished_at: record.finished_at,
    note: record.note,
    lon: record.lon,
    lat: record.lat,
    accuracy: record.accuracy,
    extra: record.extra,
    answers: itemsOf(record.checklist).map((item) => {
      const answer = { ...blank(), ...record.answers[item.key] };
      const failed = verdictOf(item, answer) === "fail";
      return {
        item: item.key,
        verdict: item.answer === "number" && answer.verdict !== "na" ? "" : answer.verdict,
        value: answer.verdict === "na" ? "" : answer.value.trim(),
        note: answer.note,
        photos: answer.photos,
        fixed: failed && answer.fixed,
        after: failed && answer.fixed ? answer.after : [],
      };
    }),
  };
}

// The same answers by another version of the checklist, as far as it asks the same.
export function renewed(record, task, checklist, now) {
  const before = new Map(itemsOf(record.checklist).map((item) => [item.key, item]));
  const answers = {};
  for (const item of itemsOf(checklist)) {
    if (before.get(item.key)?.answer === item.answer && record.answers[item.key]) {
      answers[item.key] = record.answers[item.key];
    }
  }
  return { ...record, task, version: task.version, checklist, answers, begun_at: now, finished_at: "", state: "draft", code: "", message: "" };
}
