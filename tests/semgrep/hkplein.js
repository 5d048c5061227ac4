// ruleid: no-html-from-script
live.innerHTML = said;
// ok: no-html-from-script
live.textContent = said;
