// What the checks find, step by step, and what it came to.
import { Refused, complain, el, kind, now, pause, press, root, show } from "./enrol-page.js";
import { ask, send } from "./enrol-server.js";

const SAYS = { allow: "ok", hold: "a person looks", deny: "no" };
// The policy's names of steps that are no everyday words.
const PLAINLY = {
  container: "What you handed in",
  face: "Your face",
  continuity: "No cuts",
  "head in space": "A head, not a picture",
};
const AGAIN = 15_000; // milliseconds between two looks for a person's decision
let looked = null; // the enrolment whose cut-out is looked at

function make(tag, text, className = "") {
  return Object.assign(document.createElement(tag), { textContent: text, className });
}

function tell(stands) {
  const list = el("steps");
  for (const step of stands.steps.slice(list.children.length)) {
    const line = document.createElement("li");
    const head = make("div", "", "head");
    head.append(make("span", PLAINLY[step.name] ?? step.name, "gate"), make("span", SAYS[step.outcome], `outcome ${step.outcome}`));
    line.append(head);
    for (const { wanted, found } of step.told) line.append(make("p", `Looked for: ${wanted} ${found}`, "rule"));
    list.append(line);
  }
  el("progress").value = stands.steps.length / stands.of;
}

// Follow an enrolment to its end. The address of the page keeps it: opened again, it goes on here.
export async function follow(enrolment) {
  history.replaceState(null, "", `#${enrolment}`);
  el("sending").textContent = "It is encrypted, and looked at step by step. This takes some seconds.";
  el("progress").hidden = false;
  let failures = 0, waits = false;
  for (;;) {
    let stands;
    try {
      stands = await ask(`/${enrolment}`);
      failures = 0;
    } catch (error) {
      if (++failures > 5) throw error;
      await pause(2000);
      continue;
    }
    if (location.hash !== `#${enrolment}`) return; // begun anew
    tell(stands);
    if (stands.state === "unconfirmed") return look(enrolment);
    if (stands.state === "review") {
      if (!waits) conclude(enrolment, stands);
      waits = true;
      await pause(AGAIN);
    } else if (stands.state !== "filed") {
      return conclude(enrolment, stands);
    } else {
      await pause(700);
    }
  }
}

function look(enrolment) {
  looked = enrolment;
  el("checks-title").textContent = "Look at it";
  el("sending").textContent = "";
  el("progress").hidden = true;
  el("cutout-picture").src = `/enrol/${root.dataset.token}/${enrolment}/cutout.png`;
  el("cutout").hidden = false;
  el("cutout").scrollIntoView({ block: "nearest" });
  el("right").focus();
}

async function say(right) {
  const stands = await send(`/${looked}/look`, { right });
  el("cutout").hidden = true;
  tell(stands);
  conclude(looked, stands);
}

press("right", () => say(true));
press("wrong", () => say(false));

function conclude(enrolment, stands) {
  el("sending").textContent = "";
  el("progress").hidden = true;
  el("checked").hidden = false;
  const end = el("end");
  end.replaceChildren();
  end.dataset.state = stands.state;
  const ends = { enrolled, review };
  el("checks-title").textContent = (ends[stands.state] ?? refused)(end, stands, enrolment);
  end.hidden = false;
  el("checks-title").focus();
  window.scrollTo(0, 0);
}

// Each fills the end of the page and gives its title.

function enrolled(end, stands, enrolment) {
  const whose = stands.attested_by === "owner_key" ? "signed with your own key" : "attested by the installation on your word";
  const receipt = Object.assign(make("a", "Download the receipt", "more"), {
    href: `/enrol/${root.dataset.token}/${enrolment}/receipt`,
    download: `${stands.handle}-1.receipt`,
  });
  const actions = make("div", "", "actions");
  actions.append(receipt, Object.assign(make("a", "Enrol another", "plainly"), { href: location.pathname }));
  end.append(
    make("p", `Your consent is ${whose}, and in the log. Its receipt proves that to anyone: keep it.`),
    make("p", "You are told of every use. To see them, to change what you allow or to take it back, ask whoever runs this installation for the address of your own page.", "quiet"),
    actions,
  );
  return `@${stands.handle} is enrolled`;
}

function review(end, stands) {
  end.append(
    make("p", "Something was not certain enough for a machine to decide: it is marked below. An operator looks at it, and you need not wait here."),
    make("p", `This page tells the decision: keep its address, which works until ${root.dataset.until}. Nothing more is asked of you.`),
  );
  return "A person decides";
}

function refused(end, stands) {
  const denied = stands.steps.filter((step) => step.outcome === "deny").flatMap((step) => step.told);
  const all = [...denied, ...stands.told];
  const remedies = [...new Set(all.map((one) => one.remedy).filter(Boolean))];
  for (const one of all) if (!one.remedy) end.append(make("p", one.wanted, "note deny"));
  if (remedies.length) {
    end.append(make("p", "What would let it through:"));
    const list = make("ul", "", "plain todo");
    list.append(...remedies.map((one) => make("li", one)));
    end.append(list);
  }
  end.append(make("p", "What you handed in is erased. You may try again as often as you like; if you think that this is wrong, tell whoever gave you this address.", "quiet"));
  const actions = make("div", "", "actions");
  const retry = Object.assign(make("a", "Try again", "more"), { href: location.pathname, id: "retry" });
  actions.append(retry);
  if (now.said) actions.append(button("Change what I said", () => again("terms")));
  end.append(actions);
  press("retry", () => again(now.said ? (kind() === "person" ? "person" : "thing") : "terms"));
  return "It was refused";
}

function button(text, act) {
  const made = Object.assign(make("button", text, "plainly"), { type: "button" });
  made.addEventListener("click", act);
  return made;
}

// Begin anew: what was said stays in the form.
export function again(section) {
  history.replaceState(null, "", location.pathname);
  el("steps").replaceChildren();
  for (const id of ["end", "checked", "cutout"]) el(id).hidden = true;
  el("checks-title").textContent = "Looking at it";
  document.dispatchEvent(new Event("anew"));
  show(section);
}

// The page was opened again at an enrolment that is under way.
export async function resume() {
  const enrolment = location.hash.slice(1);
  if (!/^[0-9a-z]{2}-[0-9a-z]{26}$/.test(enrolment)) return;
  show("checks");
  try {
    await follow(enrolment);
  } catch (error) {
    again("terms");
    complain(error instanceof Refused ? error : new Refused("What was begun here cannot be found."));
  }
}
