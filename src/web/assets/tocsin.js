/*
 * tocsin.js - what a page can do better with a script than without: times in the viewer's zone,
 * fields that appear when a choice asks for them, the port that goes with an encryption, and the
 * test panel that fills in by itself. Every form works without it.
 */
"use strict";

/* ---- times: exact in the element, in the viewer's words on the page ---- */

const timeFormat = new Intl.DateTimeFormat(undefined, {
	day: "numeric", month: "long", year: "numeric",
	hour: "2-digit", minute: "2-digit", timeZoneName: "short",
});

function showLocalTimes(root) {
	for (const time of root.querySelectorAll("time[datetime]")) {
		const date = new Date(time.dateTime);
		if (!Number.isNaN(date.getTime())) {
			time.title = time.dateTime;
			time.textContent = timeFormat.format(date);
		}
	}
}

/* ---- fields that a choice asks for ---- */

function chosen(form, name) {
	const checked = form.querySelector(`[name="${name}"]:checked`);
	return checked ? checked.value : "";
}

/* A group with something wrong in it stays in sight, whatever is chosen. */
function showGroups(form) {
	for (const group of form.querySelectorAll("[data-when]")) {
		const wanted = group.dataset.when.split(" ").every((condition) => {
			const [name, value] = condition.split("=");
			return chosen(form, name) === value;
		});
		group.hidden = !wanted && !group.querySelector(".wrong");
	}
}

/* ---- the port that goes with an encryption, unless one was typed ---- */

function suggestPort(form) {
	const port = form.querySelector("[name='email.relay_port']");
	const choices = [...form.querySelectorAll("input[data-port]")];
	if (!port || !choices.length) {
		return;
	}
	const suggestions = choices.map((choice) => choice.dataset.port);
	let own = port.value !== "" && !suggestions.includes(port.value);
	port.addEventListener("input", () => {
		own = port.value !== "";
	});
	for (const choice of choices) {
		choice.addEventListener("change", () => {
			if (!own) {
				port.value = choice.dataset.port;
			}
		});
	}
}

/* ---- going to a field: what hides it is opened ---- */

function goToField(id) {
	const field = document.getElementById(id);
	if (!field) {
		return false;
	}
	for (let box = field.parentElement; box; box = box.parentElement) {
		if (box.tagName === "DETAILS") {
			box.open = true;
		}
		box.hidden = false;
	}
	field.scrollIntoView({ block: "center" });
	field.focus();
	return true;
}

function followFieldLinks(event) {
	const link = event.target.closest("a[data-field], #problems a[href^='#']");
	if (link && goToField(link.dataset.field || link.hash.slice(1))) {
		event.preventDefault();
	}
}

/* ---- the test panel ---- */

/* What somebody has opened or closed stays so when the panel is written anew. */
function replacePanel(panel, markup) {
	const before = [...panel.querySelectorAll("details")].map((details) => details.open);
	const count = before.length;
	panel.innerHTML = markup;
	const details = [...panel.querySelectorAll("details")];
	if (details.length === count) {
		details.forEach((box, i) => {
			box.open = before[i];
		});
	}
	prepare(panel);
	sayProgress(panel);
}

/* One line for whoever listens instead of looks: the stage under way, in the end the verdict. */
function sayProgress(panel) {
	let line = panel.nextElementSibling;
	if (!line || !line.matches("[role=status]")) {
		line = document.createElement("p");
		line.className = "unseen";
		line.setAttribute("role", "status");
		panel.after(line);
	}
	const stage = panel.querySelector(".running .name") || panel.querySelector(".headline");
	line.textContent = stage ? stage.textContent.trim() : "";
}

function prepare(root) {
	showLocalTimes(root);
	for (const button of root.querySelectorAll("button.copy")) {
		button.hidden = !navigator.clipboard;
	}
}

const WATCH_TRIES = 20;
const WATCH_AGAIN_MS = 3000;

function watchPanel(panel, tries = WATCH_TRIES) {
	prepare(panel);
	if (!panel.dataset.events) {
		return;
	}
	const events = new EventSource(panel.dataset.events);
	events.addEventListener("panel", (event) => replacePanel(panel, event.data));
	events.addEventListener("done", (event) => {
		events.close();
		replacePanel(panel, event.data);
	});
	events.addEventListener("error", () => {
		/* a stream that ended comes again by itself; an answer that was none does not */
		if (events.readyState === EventSource.CLOSED && tries > 0) {
			setTimeout(() => watchPanel(panel, tries - 1), WATCH_AGAIN_MS);
		}
	});
	events.addEventListener("lost", () => {
		events.close();
		panel.textContent = "This test is not known any more. Run it again.";
	});
}

function copyText(event) {
	const button = event.target.closest("button.copy");
	if (button) {
		const source = document.getElementById(button.dataset.copy);
		navigator.clipboard.writeText(source.textContent).then(() => {
			button.textContent = "Copied";
		});
	}
}

/* ---- testing without saving: the panel comes to the form, so that nothing typed is left ---- */

async function testInPlace(form, button) {
	const place = document.getElementById("test-place");
	place.textContent = "Starting the test";
	const answer = await fetch(button.formAction, {
		method: "POST", body: new URLSearchParams(new FormData(form)), credentials: "same-origin",
	});
	const page = new DOMParser().parseFromString(await answer.text(), "text/html");
	const panel = page.getElementById("panel");
	if (!answer.ok || !panel) {
		throw new Error("no panel");
	}
	const heading = document.createElement("h2");
	heading.textContent = "Test email with what is in the form";
	place.replaceChildren(heading, panel);
	place.scrollIntoView({ block: "start" });
	place.focus({ preventScroll: true });
	watchPanel(panel);
}

function prepareTestButton(form) {
	const button = document.getElementById("try");
	if (!button) {
		return;
	}
	button.removeAttribute("formtarget");
	let plainly = false;
	button.addEventListener("click", (event) => {
		if (plainly) {
			return;
		}
		event.preventDefault();
		button.disabled = true;
		testInPlace(form, button).catch(() => {
			/* something is wrong with the form: let the page that says so come */
			plainly = true;
			button.disabled = false;
			button.click();
		}).finally(() => {
			button.disabled = false;
		});
	});
}

/* ---- the provider's JSON file: it goes with the form; what may be seen of it is shown ---- */

function showClientFile(form, text) {
	let client;
	try {
		const file = JSON.parse(text);
		client = file.web || file.installed || {};
	} catch {
		return; /* Save says what is wrong with it */
	}
	for (const [name, value] of [["email.oauth_client_id", client.client_id],
		["email.oauth_auth_endpoint", client.auth_uri],
		["email.oauth_token_endpoint", client.token_uri]]) {
		const field = form.querySelector(`[name="${name}"]`);
		if (field && typeof value === "string") {
			field.value = value;
		}
	}
}

function prepareClientFile(form) {
	const pick = document.getElementById("client-file-pick");
	const area = form.querySelector("[name='client_file']");
	if (!pick || !area) {
		return;
	}
	pick.parentElement.hidden = false;
	pick.addEventListener("change", async () => {
		if (pick.files.length) {
			area.value = await pick.files[0].text();
			showClientFile(form, area.value);
		}
	});
	area.addEventListener("input", () => showClientFile(form, area.value));
}

/* ---- a page that goes on by itself: its part is loaded again ---- */

const LIVE_TRIES = 30;

async function loadLive(live, tries) {
	const answer = await fetch(location.pathname, { credentials: "same-origin" });
	const page = new DOMParser().parseFromString(await answer.text(), "text/html");
	const now = page.getElementById("live");
	if (answer.redirected || !answer.ok || !now) {
		location.replace(answer.redirected ? answer.url : location.pathname);
		return;
	}
	if (now.innerHTML !== live.dataset.seen) {
		live.innerHTML = now.innerHTML;
		live.dataset.seen = now.innerHTML;
		document.title = page.title;
		document.querySelector("h1").textContent = page.querySelector("h1").textContent;
		prepare(live);
	}
	live.dataset.refresh = now.dataset.refresh || "";
	watchLive(live, tries);
}

function watchLive(live, tries = LIVE_TRIES) {
	const seconds = Number(live.dataset.refresh);
	if (seconds > 0) {
		setTimeout(() => loadLive(live, LIVE_TRIES).catch(() => {
			if (tries > 0) {
				watchLive(live, tries - 1);
			}
		}), seconds * 1000);
	}
}

/* ---- a file into a field ---- */

function prepareFile(input) {
	const field = document.getElementById(input.dataset.into);

	input.closest("[data-script]").hidden = false;
	input.addEventListener("change", async () => {
		if (input.files.length > 0) {
			field.value = await input.files[0].text();
		}
	});
}

/* ---- the page ---- */

prepare(document);

const live = document.getElementById("live");
if (live) {
	watchLive(live);
}

const emailForm = document.getElementById("email");
if (emailForm) {
	suggestPort(emailForm);
	prepareTestButton(emailForm);
	prepareClientFile(emailForm);
	showGroups(emailForm);
	emailForm.addEventListener("change", () => showGroups(emailForm));
}

for (const panel of document.querySelectorAll("#panel")) {
	watchPanel(panel);
}

document.addEventListener("click", followFieldLinks);
document.addEventListener("click", copyText);

for (const input of document.querySelectorAll("[data-into]")) {
	prepareFile(input);
}

const notice = document.querySelector("#problems, #conflict");
if (notice) {
	notice.focus();
} else if (location.hash) {
	goToField(decodeURIComponent(location.hash.slice(1)));
}
