// Keys for the review queue. Everything they do, links and the form do without them.

const reason = document.getElementById("reason");
const chosen = document.getElementById("chosen");
let choice = null; // the button that Enter presses

function go(step) {
  const links = [...document.querySelectorAll("#queue a")];
  const at = links.findIndex((one) => one.getAttribute("aria-current") === "page");
  links[at + step]?.click();
}

function choose(decision) {
  if (!reason) return;
  choice = document.querySelector(`button[value=${decision}]`);
  for (const button of document.querySelectorAll("button[name=decision]")) button.classList.toggle("picked", button === choice);
  chosen.textContent = `Enter ${decision === "approve" ? "approves" : "denies"} it, Esc leaves`;
  reason.focus();
}

function leave() {
  choice?.classList.remove("picked");
  choice = null;
  chosen.textContent = "";
  reason.blur();
}

function blur() {
  const clear = document.getElementById("clear");
  if (!clear) return;
  clear.checked = !clear.checked;
  if (!clear.checked) document.getElementById("film")?.pause();
}

function play() {
  const film = document.getElementById("film");
  if (!film?.checkVisibility()) return;
  if (film.paused) film.play();
  else film.pause();
}

function help() {
  const keys = document.getElementById("keys");
  keys.open = !keys.open;
  if (!keys.open) return;
  keys.querySelector("summary").focus();
  keys.scrollIntoView({ block: "nearest" });
}

// Enter pressed twice is one answer; a page that comes back from the browser's store may send again.
let sent = false;
reason?.form.addEventListener("submit", (event) => {
  if (sent) event.preventDefault();
  sent = true;
});
window.addEventListener("pageshow", () => {
  sent = false;
});

const KEYS = { j: () => go(1), k: () => go(-1), a: () => choose("approve"), d: () => choose("deny"), b: blur, p: play, "?": help };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target === reason) {
    if (event.key === "Escape") leave();
    else if (event.key === "Enter" && !event.shiftKey && choice) {
      event.preventDefault();
      reason.form.requestSubmit(choice);
    }
    return;
  }
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
