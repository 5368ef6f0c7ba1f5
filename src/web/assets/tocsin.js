/*
 * tocsin.js - what a page can do better with a script than without: times in the viewer's zone,
 * fields that appear when a choice asks for them, and the test panel that fills in by itself.
 * Every form works without it.
 */
"use strict";

/* ---- times: exact in the element, in the viewer's words on the page ---- */

function showLocalTimes(root) {
	const format = new Intl.DateTimeFormat(undefined, {
		day: "numeric", month: "long", year: "numeric",
		hour: "2-digit", minute: "2-digit", timeZoneName: "short",
	});
	for (const time of root.querySelectorAll("time[datetime]")) {
		const date = new Date(time.dateTime);
		if (!Number.isNaN(date.getTime())) {
			time.title = time.dateTime;
			time.textContent = format.format(date);
		}
	}
}

showLocalTimes(document);
