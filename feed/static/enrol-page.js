// What every part of the enrolment page shares: where the person is, what is shown, and what is said to them.

export const el = (id) => document.getElementById(id);
export const root = el("enrol");
export const api = `/api/enrol/${root.dataset.token}`;
export const now = { said: null, ownKey: false, begun: null, keys: null, challenge: null, stream: null, recording: null };

const STAGES = { terms: 0, person: 1, thing: 1, checks: 2 };

// What was refused for a reason that the person may read.
export class Refused extends Error {}

export function complain(error) {
  const box = el("error");
  box.textContent = error instanceof Refused ? error.message : `Something broke here: ${error.message}`;
  box.hidden = false;
  box.scrollIntoView({ block: "center" });
}

export function show(section) {
  el("error").hidden = true;
  for (const id of Object.keys(STAGES)) el(id).hidden = id !== section;
  el("promise").hidden = section !== "terms";
  for (const [number, stage] of [...el("stages").children].entries()) {
    if (number === STAGES[section]) stage.setAttribute("aria-current", "step");
    else stage.removeAttribute("aria-current");
  }
  (el(section).querySelector("h2") ?? document.querySelector("h1")).focus();
  window.scrollTo(0, 0);
}

// What a button does; while it does it, pressing it again does nothing. It keeps the keyboard's focus.
export function press(id, act) {
  const button = el(id);
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    el("error").hidden = true;
    try { await act(); } catch (error) { complain(error); } finally { button.ariaBusy = null; }
  });
}

export const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
export const kind = () => el("terms").elements.kind.value;
