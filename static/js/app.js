import htmx from "htmx.org/dist/htmx.esm.js";

// Everything works without this file; it makes pages quicker and keeps them as usable by keyboard and by ear.
//   data-focus            the focus goes here when this arrives
//   data-say="text"       said to a screen reader when this arrives (in #live)
//   data-dismiss          a button that takes away the .toast around it
//   <body data-msg-offline data-msg-error>   what to say when an answer does not come, or is a 5xx

const root = document.documentElement;
root.classList.add("js");
const on = (name, act, capture) => document.addEventListener(name, act, capture);
const inside = (nodes, selector) =>
  nodes.flatMap((node) =>
    node instanceof Element ? [...(node.matches(selector) ? [node] : []), ...node.querySelectorAll(selector)] : [],
  );

// --- Say: one polite live region, that exists before any text is put in it.
let sentences = [];
function say(text) {
  const live = document.getElementById("live");
  if (!text || !live) return;
  if (!sentences.length) {
    live.textContent = "";
    setTimeout(() => {
      live.textContent = sentences.join(" ");
      sentences = [];
    }, 100);
  }
  if (!sentences.includes(text)) sentences.push(text);
}
function sayAll(nodes) {
  for (const node of inside(nodes, "[data-say]")) {
    say(node.dataset.say);
    node.removeAttribute("data-say");
  }
}

// --- Focus
const FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex]";
function focus(element) {
  if (!element.matches(FOCUSABLE)) element.tabIndex = -1;
  element.focus();
  return document.activeElement === element;
}
function focusNamed(nodes) {
  const [named] = inside(nodes, "[data-focus]");
  named?.removeAttribute("data-focus");
  return Boolean(named) && focus(named);
}
const find = (target) => (typeof target === "string" ? document.querySelector(target) : target);
const gone = (lost) =>
  lost && !lost.element.isConnected && (!document.activeElement || document.activeElement === document.body);
const toMain = () => focus(document.getElementById("main") ?? document.body);

// Before a swap: what has the focus, and which part of the swap (htmx: task) takes it away. After: it stays in that part.
on("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
  const element = document.activeElement;
  const task = element !== document.body && tasks.find((one) => find(one.target)?.contains(element));
  if (!task) return;
  const around = find(task.target).parentElement?.closest("section, article, form, dialog, [role], main");
  ctx.lost = task.lost = { element, id: element.id, around };
});
on("htmx:after:settle", ({ target, detail: { task, newContent } }) => {
  sayAll(newContent);
  if (focusNamed(newContent) || !gone(task.lost)) return;
  const same = task.lost.id && document.getElementById(task.lost.id);
  if (same && focus(same)) return;
  focus(newContent.find((node) => node instanceof Element && node.isConnected) ?? target);
});
on("htmx:after:swap", ({ detail: { ctx } }) => {
  if (gone(ctx.lost)) ctx.lost.around?.isConnected ? focus(ctx.lost.around) : toMain(); // deleted
  if (!poll(ctx)) document.querySelector(".toast--error")?.remove();
});

// --- Waiting, and answers that do not come
const form = (ctx) => ctx.request?.form ?? ctx.sourceElement?.closest?.("form");
const sends = (ctx) => ctx.request.method !== "GET" && ctx.sourceEvent?.type === "submit"; // not while typing
const poll = (ctx) => ctx?.sourceEvent?.type === "every"; // nobody asked: fail in silence

function busy(owner, submitter) {
  owner.dataset.busy = "";
  const button = submitter ?? owner.querySelector("[type=submit]");
  button?.setAttribute("aria-disabled", "true"); // never `disabled`: that would drop the focus
}
function ready(owner) {
  delete owner?.dataset?.busy;
  for (const button of owner?.querySelectorAll?.("[aria-disabled=true]") ?? []) button.removeAttribute("aria-disabled");
}
function complain(text) {
  if (!text) return;
  say(text);
  const toast = document.createElement("div");
  toast.className = "toast toast--error";
  toast.textContent = text;
  document.getElementById("toasts")?.replaceChildren(toast);
}

on("submit", (event) => {
  if (!("busy" in event.target.dataset)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
on("submit", (event) => {
  const owner = event.target;
  if (event.defaultPrevented || owner.getAttribute("method")?.toLowerCase() !== "post") return;
  busy(owner, event.submitter);
  setTimeout(() => ready(owner), 10_000); // an answer that is a download leaves the page standing
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-busy]").forEach(ready));
on("htmx:before:request", ({ detail: { ctx } }) => {
  ctx.target?.setAttribute?.("aria-busy", "true");
  if (sends(ctx) && form(ctx)) busy(form(ctx), ctx.request.submitter);
});
on("htmx:finally:request", ({ detail: { ctx } }) => {
  ctx.target?.removeAttribute?.("aria-busy");
  if (sends(ctx)) ready(form(ctx));
  // filters are a popover on a phone: their button shows the results
  if (ctx.sourceEvent?.type === "submit" && ctx.status === "swapped") form(ctx)?.closest("[popover]")?.hidePopover?.();
});
on("htmx:error", ({ detail: { ctx } }) => {
  if (ctx && !poll(ctx)) complain(document.body.dataset.msgOffline);
});
on("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  const { raw } = ctx.response ?? {};
  const page = /^\s*<!doctype/i.test(ctx.text ?? "") && ctx.target !== document.body && !ctx.select;
  if (!raw || (raw.status < 500 && !page)) return;
  event.preventDefault(); // what was typed stays; a whole page never goes in a part of one
  if (poll(ctx)) return;
  if (raw.status >= 500) complain(document.body.dataset.msgError ?? document.body.dataset.msgOffline);
  else if (raw.redirected || ctx.request.method === "GET") location.assign(raw.url);
  else {
    const answer = new DOMParser().parseFromString(ctx.text, "text/html");
    document.title = answer.title;
    document.body.replaceChildren(...answer.body.childNodes);
    htmx.process(document.body);
    if (!focusNamed([document.body])) toMain();
  }
});

// --- Menus: a <details> that is a menu, or has one, closes like a menu
const menus = () => document.querySelectorAll("details[open]:is(.menu, :has(> .menu))");
on("click", ({ target }) => {
  for (const menu of menus()) if (!menu.contains(target)) menu.open = false;
  const dismissed = target.closest?.("[data-dismiss]")?.closest(".toast");
  if (!dismissed) return;
  const had = dismissed.contains(document.activeElement);
  dismissed.remove();
  if (had) toMain();
});
on("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
});
on("focusin", ({ target }) => {
  for (const menu of menus()) if (!menu.contains(target)) menu.open = false;
});

// --- <button commandfor=id command=show-modal|close> for browsers that do not know it yet
if (!("command" in HTMLButtonElement.prototype)) {
  on("click", ({ target }) => {
    const button = target.closest?.("[commandfor]");
    const dialog = button && document.getElementById(button.getAttribute("commandfor"));
    if (button?.getAttribute("command") === "show-modal") dialog?.showModal();
    else if (button?.getAttribute("command") === "close") dialog?.close();
  });
}

// --- A page that was loaded whole: its messages and its error summary
sayAll([document.body]);
focusNamed([document.body]);
