"use strict";
// Shows what evidence calculated: every incident is in the data. Nothing is calculated here except
// where a bar begins and ends on the screen.

const DATA = JSON.parse(document.getElementById("data").textContent);
const NO_TIME = "no stated time";
const MODES = ["best", "typical", "worst"];
// A sentence is set smaller than a figure.
const LONG = 60;

/** Mark at which edges of an element there is more to see. */
function hint(element) {
  const { scrollLeft, clientWidth, scrollWidth } = element;
  element.dataset.more = [scrollLeft > 1 ? "left" : "", scrollLeft + clientWidth < scrollWidth - 1 ? "right" : ""].filter(Boolean).join(" ");
}

const SIZES = new ResizeObserver((entries) => entries.forEach((entry) => hint(entry.target)));

/** Make an element with attributes and children; text is never read as HTML. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

function timeText(time) {
  if (time.bounded) return `${+time.seconds.toFixed(1)} s`;
  return time.seconds ? `${+time.seconds.toFixed(1)} s or more` : NO_TIME;
}

/** Return the time of one case; without a stated time even at best, it never reads like an estimate. */
function caseText(span, mode) {
  const { seconds } = span[mode];
  if (span.stated) return timeText(span[mode]);
  return seconds ? `${NO_TIME}, at least ${+seconds.toFixed(1)} s` : NO_TIME;
}

function spanText(span) {
  const texts = MODES.map((mode) => caseText(span, mode));
  if (!span.stated) return texts[0];
  return texts.every((text) => text === texts[0]) ? texts[0] : MODES.map((mode, at) => `${mode} ${texts[at]}`).join(", ");
}

function capacityText({ during, after }, recovers) {
  const [now, later] = [during, after].map((percent) => `${percent.toFixed(1)} %`);
  if (!recovers || !after) return now;
  return now === later ? `${now}, also after the recovery` : `${now}, and ${later} after the recovery`;
}

/** Return when an alert is sent. */
function alertText(alert) {
  if (alert.worst !== null) return `after ${alert.best} to ${alert.worst} s`;
  return alert.best ? `after ${alert.best} s or more` : "at once, without a stated limit";
}

class Side {
  constructor(root, data) {
    this.root = root;
    this.data = data;
    this.chosen = [];
    this.mode = "typical";
    this.panel = root.querySelector(".incident");
    this.labels = new Map();
    this.buttons = data.faults.map((fault, number) => {
      const button = make("button", { type: "button", "aria-pressed": "false" }, fault.title);
      button.addEventListener("click", () => this.toggle(number));
      return button;
    });
    this.reset = make("button", { type: "button", class: "reset", hidden: true }, "Nothing fails");
    this.reset.addEventListener("click", () => { this.buttons[0].focus(); this.choose([]); });
    root.querySelector(".faults").append(...this.buttons, this.reset);
    for (const chip of root.querySelectorAll("[data-chip]")) {
      this.labels.set(chip.dataset.chip, chip.querySelector("text").textContent);
      // The buttons do the same for the keyboard.
      chip.addEventListener("click", () => this.choosePart(chip));
    }
  }

  /** Choose the fault that a part of the picture shows: the part itself, else its zone. */
  choosePart(chip) {
    const names = chip.querySelector("title").textContent.split(", ");
    const zone = chip.closest("[data-zone]").dataset.zone;
    const found = this.data.faults.findIndex((fault) => names.includes(fault.name) && fault.kind !== "zone");
    const number = found >= 0 ? found : this.data.faults.findIndex((fault) => fault.kind === "zone" && fault.name === zone);
    if (number >= 0) this.toggle(number);
  }

  toggle(number) {
    if (this.chosen.includes(number)) {
      this.choose(this.chosen.filter((other) => other !== number));
      return;
    }
    const both = [...this.chosen.slice(-1), number].sort((one, other) => one - other);
    // A region failure includes every other fault, so it has no pair.
    this.choose(both.join("+") in this.data.incidents ? both : [number]);
  }

  choose(numbers) {
    this.chosen = numbers;
    this.buttons.forEach((button, number) => button.setAttribute("aria-pressed", String(numbers.includes(number))));
    this.reset.hidden = numbers.length === 0;
    const incident = this.data.incidents[numbers.join("+")] ?? null;
    this.mark(incident ? incident.chips : {}, incident ? incident.bars : {});
    this.panel.replaceChildren(...(incident ? this.describe(incident) : []));
  }

  mark(lost, bars) {
    for (const bar of this.root.querySelectorAll("[data-bar]")) {
      const gone = bars[bar.dataset.bar];
      bar.classList.toggle("lost", gone === true);
      bar.classList.toggle("reduced", gone === false);
    }
    for (const chip of this.root.querySelectorAll("[data-chip]")) {
      const label = this.labels.get(chip.dataset.chip);
      const count = Number.parseInt(label, 10) || 1;
      const gone = lost[chip.dataset.chip] ?? 0;
      chip.classList.toggle("lost", gone >= count);
      chip.classList.toggle("reduced", gone > 0 && gone < count);
      chip.querySelector("text").textContent = gone > 0 && gone < count ? `${count - gone} of ${label}` : label;
    }
  }

  describe(incident) {
    const recoveries = incident.recoveries.map((number) => this.data.recoveries[number]);
    const parts = [make("h3", {}, `${incident.title} ${incident.title.includes(" and ") ? "fail" : "fails"}`)];
    if (incident.unknown) parts.push(make("p", { class: "note" }, `Unknown: ${incident.unknown}`));
    parts.push(...this.tiers(incident));
    recoveries.forEach((recovery, at) => parts.push(...this.recovery(recovery, incident.rto[at], incident.decides[at])));
    parts.push(...this.times(incident, recoveries), ...this.alerts(incident));
    return parts;
  }

  tiers(incident) {
    const cards = Object.entries(incident.tiers).map(([tier, effect]) =>
      make("li", { "data-tier": tier },
        make("span", { class: "label" }, tier),
        make("span", { class: effect.remains ? "value" : "value bad" }, `${effect.remains} of ${effect.before}`),
        effect.blocked ? make("span", { class: "detail bad" }, "none can start") : null));
    const reasons = Object.values(incident.tiers).filter((effect) => effect.blocked).map((effect) =>
      make("p", { class: "note" }, `No task can start: ${effect.blocked}`));
    return [make("ul", { class: "cards", "aria-label": "What is left" }, ...cards), ...reasons];
  }

  recovery(recovery, rto, decides) {
    const rpo = recovery.rpo ? (recovery.rpo.seconds === null ? recovery.rpo.why : `${recovery.rpo.seconds} s`) : "unknown";
    const capacity = recovery.capacity;
    const left = capacity && capacity.during !== null ? capacityText(capacity, recovery.rto !== null) : "unknown";
    const card = (label, value, detail, source) => make("li", {},
      make("span", { class: "label" }, label), make("span", { class: value.length > LONG ? "value long" : "value" }, value),
      detail ? make("span", { class: "detail" }, detail) : null,
      source ? make("a", { class: "source", href: source }, "source", make("span", { class: "hidden" }, ` of ${label}`)) : null);
    return [
      recovery.condition ? make("h4", {}, recovery.condition) : null,
      make("ul", { class: "cards", "aria-label": "Recovery" },
        card("RTO: how long requests or writes fail", rto, decides ? `What decides it: ${decides}` : null, null),
        card("RPO: what is lost", rpo, recovery.rpo && recovery.rpo.seconds !== null ? recovery.rpo.why : null, recovery.rpo && recovery.rpo.source),
        card("capacity, in percent of the load for which the service scales", left, capacity ? capacity.why : null, null)),
    ].filter((part) => part !== null);
  }

  /** The steps of the recoveries and the alerts: a picture of the times, and the same as a table. */
  times(incident, recoveries) {
    const chains = recoveries.flatMap((recovery) => recovery.chains.map((number) => this.data.chains[number]));
    if (!chains.length && !incident.alerts.length) return [];
    const modes = make("fieldset", { class: "modes" }, make("legend", {}, "Timeline"), ...MODES.map((mode) => {
      const input = make("input", { type: "radio", name: `mode${this.root.dataset.side}`, value: mode, checked: mode === this.mode });
      input.addEventListener("change", () => { this.mode = mode; drawn.replaceChildren(...this.rows(incident, chains)); });
      return make("label", {}, input, ` ${mode}`);
    }));
    const drawn = make("div", { class: "timeline", "aria-hidden": "true" }, ...this.rows(incident, chains));
    const steps = chains.flatMap((chain) => chain.steps.map((step) => make("tr", {},
      make("th", { scope: "row" }, step.step), make("td", { "data-label": "until" }, chain.until), make("td", { "data-label": "time" }, spanText(step.time)),
      make("td", { "data-label": "how" }, step.how), make("td", {}, make("a", { class: "source", href: step.source }, "source", make("span", { class: "hidden" }, ` of: ${step.step}`))))));
    const table = make("table", { class: "steps" },
      make("thead", {}, make("tr", {}, ...["step", "until", "time", "how it is calculated", "source"].map((text) => make("th", { scope: "col" }, text)))),
      make("tbody", {}, ...steps));
    const legend = make("p", { class: "note" }, "Time since the failure. Requests are those of clients that use a working address; requests through a load balancer or a record are those of clients that still use one that has failed. Full capacity and alerts do not count for the RTO. Striped: AWS states no limit.");
    const scroll = make("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": `Steps after ${incident.title}` }, table);
    SIZES.observe(scroll);
    return [modes, drawn, legend, steps.length ? scroll : null].filter(Boolean);
  }

  rows(incident, chains) {
    const alerts = incident.alerts.map((number) => this.data.alerts[number]);
    const ends = [1, ...chains.map((chain) => chain.time[this.mode].seconds), ...alerts.map((alert) => alert.worst ?? alert.best)];
    const scale = 100 / (Math.max(...ends) * 1.1);
    const row = (kind, name, segments, when) => make("div", { class: `row ${kind}` }, make("span", {}, name), make("span", { class: "bar" }, ...segments), make("span", { class: "when" }, when));
    const segment = (start, end, open) => make("i", { class: open ? "open" : "", style: `left:${(start * scale).toFixed(2)}%;width:${((end - start) * scale).toFixed(2)}%` });
    const far = 100 / scale;
    const rows = chains.map((chain) => {
      let at = 0;
      const segments = chain.steps.map((step) => {
        const time = step.time[this.mode];
        const end = time.bounded ? at + time.seconds : far;
        const drawn = segment(at, end, !time.bounded);
        at = time.bounded ? end : at + time.seconds;
        return drawn;
      });
      return row(chain.counts ? "" : "quiet", `until ${chain.until}${chain.counts ? " succeed" : ""}`, segments, caseText(chain.time, this.mode));
    });
    for (const alert of alerts) {
      const text = alert.worst === null ? (alert.best ? `${alert.best} s or more` : "no stated limit") : `${alert.best} to ${alert.worst} s`;
      rows.push(row("alert", `${alert.kind} ${alert.resource}`, [segment(alert.best, alert.worst ?? far, alert.worst === null)], text));
    }
    const axis = make("div", { class: "row axis" }, make("span", {}, ""), make("span", { class: "bar" }, make("span", {}, "fault"), make("span", {}, `${Math.round(far)} s`)), make("span", {}, ""));
    return [...rows, axis];
  }

  alerts(incident) {
    const alerts = incident.alerts.map((number) => this.data.alerts[number]);
    if (incident.alerts_of_region) return [make("h4", {}, "Alert"), make("p", {}, incident.alerts_of_region)];
    if (!alerts.length) return [make("h4", {}, "Alert"), make("p", { class: "bad" }, "Nothing reports it.")];
    const items = alerts.map((alert) => make("li", {},
      make("strong", {}, `${alertText(alert)}: ${alert.kind} ${alert.resource}${alert.recipients ? ` → ${alert.recipients}` : ""}`),
      make("span", { class: "how" }, `${alert.how}${alert.late ? ` — too late: ${alert.late}` : ""}`)));
    return [make("h4", {}, "Who is alerted, by which path and when"), make("ul", { class: "evidence alerts" }, ...items),
      make("p", { class: "note" }, "SNS sends no e-mail before the subscription is confirmed; verify --alarms tests each path on AWS.")];
  }
}

/** Hide the promises that the search and the verdicts do not ask for. */
function filter() {
  const words = document.getElementById("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const tones = new Set([...document.querySelectorAll('input[name="tone"]:checked')].map((input) => input.value));
  let shown = 0;
  for (const promise of document.querySelectorAll(".promise")) {
    const text = promise.textContent.toLowerCase();
    promise.hidden = !tones.has(promise.dataset.tone) || !words.every((word) => text.includes(word));
    shown += promise.hidden ? 0 : 1;
  }
  document.getElementById("shown").textContent = `${shown} of ${document.querySelectorAll(".promise").length} shown`;
}

document.querySelectorAll(".side").forEach((root, number) => new Side(root, DATA[number]));
document.querySelectorAll("nav ul, .scroll, .picture").forEach((element) => SIZES.observe(element));
// Scrolling does not bubble.
document.addEventListener("scroll", (event) => { if (event.target !== document) hint(event.target); }, true);
document.getElementById("search").addEventListener("input", filter);
document.querySelectorAll('input[name="tone"]').forEach((input) => input.addEventListener("change", filter));
filter();

/** Number the sources, and list them at the end: paper has no links. */
function listSources() {
  const numbers = new Map();
  for (const link of document.querySelectorAll("a.source")) {
    if (!numbers.has(link.href)) numbers.set(link.href, numbers.size + 1);
    link.dataset.number = numbers.get(link.href);
  }
  const items = [...numbers.keys()].map((url) => make("li", {}, url));
  document.querySelector("main").append(make("section", { id: "sources" }, make("h2", {}, "Sources"), make("ol", {}, ...items)));
}

// Paper shows everything: what is closed on the screen, and promises that the search hides.
const closed = [];
window.addEventListener("beforeprint", () => {
  document.getElementById("sources")?.remove();
  listSources();
  closed.push(...document.querySelectorAll("details:not([open])"));
  closed.forEach((details) => { details.open = true; });
});
window.addEventListener("afterprint", () => document.getElementById("sources")?.remove());
window.addEventListener("afterprint", () => closed.splice(0).forEach((details) => { details.open = false; }));
