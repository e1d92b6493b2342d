// What every record on a phone has, whatever it is of.
export const MOST_PHOTOS = 4;

export function newRecord(member, now, facts) {
  return {
    id: newId(),
    member,
    begun_at: now,
    finished_at: "",
    lon: null,
    lat: null,
    accuracy: null,
    state: "draft",
    code: "",
    message: "",
    changed_at: now,
    ...facts,
  };
}

export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
