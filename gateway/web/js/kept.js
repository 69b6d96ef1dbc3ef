// What a browser keeps; nothing in private mode.

export const kept = (name, usual) => { try { return JSON.parse(localStorage.getItem(name)) ?? usual; } catch { return usual; } };
export const keep = (name, value) => { try { localStorage.setItem(name, JSON.stringify(value)); } catch {} };
